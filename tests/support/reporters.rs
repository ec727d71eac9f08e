//! Reporters for tests of what operators receive.

use std::sync::{Arc, Mutex};

use definable_errors::RequestContext;
use definable_errors::report::{ErrorEvent, Report};

/// A reporter that counts events; clones share their counts.
#[derive(Debug, Clone, Default)]
pub struct Counter(Arc<Mutex<(usize, usize)>>);

impl Counter {
    /// Returns the number of reported errors, and that of abandoned requests.
    pub fn counts(&self) -> (usize, usize) {
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

/// A reporter that keeps its events; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Mutex<Vec<Record>>>);

/// One event.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// The code of the problem; `abandoned` if the client disconnected.
    pub code: String,
    /// The status of the response; 499 if the client disconnected.
    pub status: u16,
    /// The request id.
    pub request_id: String,
    /// The notes, separated by semicolons.
    pub notes: String,
    /// The error and its sources.
    pub chain: String,
    /// File and line of the error, or nothing.
    pub location: String,
}

impl Recorder {
    /// Returns the events so far.
    pub fn records(&self) -> Vec<Record> {
        self.0.lock().unwrap().clone()
    }

    /// Returns the notes of all events, a line for each event.
    pub fn notes(&self) -> String {
        let notes: Vec<_> = self.records().into_iter().map(|record| record.notes).collect();
        notes.join("\n")
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
