use std::sync::{Arc, Mutex};

use definable_errors::RequestContext;
use definable_errors::report::{ErrorEvent, Report};

/// A reporter that counts events; clones share their counts.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<Mutex<(usize, usize)>>);

impl Counter {
    /// Returns the number of reported errors, and that of abandoned requests.
    pub(crate) fn counts(&self) -> (usize, usize) {
        *self.0.lock().unwrap()
    }
}

impl Report for Counter {
    fn report(&self, _: &ErrorEvent<'_>) {
        self.0.lock().unwrap().0 += 1;
    }

    fn client_disconnected(&self, _: &RequestContext) {
        self.0.lock().unwrap().1 += 1;
    }
}
