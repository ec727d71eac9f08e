use std::sync::{Arc, Mutex};

use definable_errors::RequestContext;
use definable_errors::report::{ErrorEvent, Report};

/// Counts what operators are told; clones count together.
#[derive(Clone, Default)]
pub(crate) struct Counter(Arc<Mutex<(usize, usize)>>);

impl Counter {
    /// Errors that were reported, and requests that were abandoned.
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
