use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

/// Knows whether somebody waits for more of a request's body.
pub(super) struct Reading(Option<Arc<AtomicBool>>);

impl Reading {
    /// Watches how a body is read. One that has nothing to wait for is left as it is.
    pub(super) fn of(body: Body) -> (Body, Self) {
        if body.is_end_stream() {
            return (body, Self(None));
        }
        let is_waiting = Arc::new(AtomicBool::new(false));
        let watched = WatchedBody { body, is_waiting: is_waiting.clone() };
        (Body::new(watched), Self(Some(is_waiting)))
    }

    /// Whether the last read is still without an answer.
    pub(super) fn is_waiting(&self) -> bool {
        self.0.as_ref().is_some_and(|is_waiting| is_waiting.load(Ordering::Relaxed))
    }
}

struct WatchedBody {
    body: Body,
    is_waiting: Arc<AtomicBool>,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.is_waiting.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Who gave up reading waits no more.
impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.is_waiting.store(false, Ordering::Relaxed);
    }
}
