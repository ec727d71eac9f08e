//! The events that operators get, compared with what clients saw.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use definable_errors::RequestContext;
use definable_errors::report::{ErrorEvent, Report};

/// The events of each request that operators receive, and its real outcome; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Records(Arc<Inner>);

#[derive(Default)]
struct Inner {
    arrived: AtomicU32,
    answered: AtomicU32,
    left: Mutex<HashMap<String, u32>>,
    failed: AtomicU32,
}

impl Records {
    /// Counts requests and response heads outside of the layer that reports.
    pub(crate) async fn watch(
        State(records): State<Self>,
        request: Request,
        next: Next,
    ) -> Response {
        records.0.arrived.fetch_add(1, Ordering::Relaxed);
        let response = next.run(request).await;
        records.0.answered.fetch_add(1, Ordering::Relaxed);
        response
    }

    pub(crate) fn arrived(&self) -> u32 {
        self.0.arrived.load(Ordering::Relaxed)
    }

    pub(crate) fn answered(&self) -> u32 {
        self.0.answered.load(Ordering::Relaxed)
    }

    /// Returns the number of reported errors.
    pub(crate) fn failed(&self) -> u32 {
        self.0.failed.load(Ordering::Relaxed)
    }

    /// Returns the number of records of disconnected clients, and the most for one request.
    pub(crate) fn left(&self) -> (u32, u32) {
        let left = self.0.left.lock().unwrap();
        (left.values().sum(), left.values().copied().max().unwrap_or(0))
    }
}

impl Report for Records {
    fn report(&self, _: &ErrorEvent<'_>) {
        self.0.failed.fetch_add(1, Ordering::Relaxed);
    }

    fn client_disconnected(&self, context: &RequestContext) {
        let id = context.request_id().into_owned();
        *self.0.left.lock().unwrap().entry(id).or_default() += 1;
    }
}
