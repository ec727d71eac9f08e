use std::sync::{Arc, Mutex};

use definable_errors::RequestContext;
use definable_errors::report::{ErrorEvent, Report};

/// A reporter that keeps its events; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<Record>>>);

/// One event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) request_id: String,
    pub(crate) notes: String,
    pub(crate) chain: String,
    pub(crate) location: String,
}

impl Recorder {
    pub(crate) fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap().clone()
    }
}

impl Report for Recorder {
    fn report(&self, event: &ErrorEvent<'_>) {
        let error = event.error();
        self.0.lock().unwrap().push(Record {
            code: error.problem().code().to_owned(),
            status: event.status().as_u16(),
            request_id: event.context().request_id().into_owned(),
            notes: error.notes().collect::<Vec<_>>().join("; "),
            chain: error.chain().to_string(),
            location: error.location().map(ToString::to_string).unwrap_or_default(),
        });
    }

    fn client_disconnected(&self, context: &RequestContext) {
        let request_id = context.request_id().into_owned();
        let record =
            Record { code: "abandoned".into(), status: 499, request_id, ..Record::default() };
        self.0.lock().unwrap().push(record);
    }
}
