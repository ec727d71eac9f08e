//! Detection of whether a handler waits for the client, by what its last poll polled.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

/// Tracks whether the handler waits for more of a request's body.
pub(super) struct Reading(Option<Arc<Polls>>);

/// Numbers the polls of a handler, and records in which of them its body was pending.
///
/// The number is odd while the handler is polled and even in between. This distinguishes a body
/// that the handler polls itself from one that it may have given to another task, which polls it.
#[derive(Default)]
struct Polls {
    number: AtomicU64,
    /// The number at which the body was last pending, plus one; 0 if it is not pending.
    pending_at: AtomicU64,
}

impl Reading {
    /// Wraps a body to watch how it is read. A body that has already ended is left as it is.
    pub(super) fn of(body: Body) -> (Body, Self) {
        if body.is_end_stream() {
            return (body, Self(None));
        }
        let polls = Arc::<Polls>::default();
        let watched = WatchedBody { body, polls: polls.clone() };
        (Body::new(watched), Self(Some(polls)))
    }

    /// Polls the handler and numbers the poll.
    pub(super) fn polled<T>(&self, poll: impl FnOnce() -> T) -> T {
        let Some(polls) = &self.0 else { return poll() };
        let number = polls.number.load(Ordering::Relaxed);
        polls.number.store(number + 1, Ordering::Relaxed);
        let polled = poll();
        polls.number.store(number + 2, Ordering::Relaxed);
        polled
    }

    /// Returns whether the handler waits for the body: the last poll of the handler polled the
    /// body, or the handler gave the body to another task, and there was nothing to read.
    pub(super) fn is_waiting(&self) -> bool {
        self.0.as_ref().is_some_and(|polls| polls.is_waiting())
    }
}

impl Polls {
    fn is_waiting(&self) -> bool {
        let Some(pending_at) = self.pending_at.load(Ordering::Relaxed).checked_sub(1) else {
            return false;
        };
        let is_of_another_task = pending_at % 2 == 0;
        is_of_another_task || pending_at + 1 == self.number.load(Ordering::Relaxed)
    }

    fn note(&self, is_pending: bool) {
        let pending_at = if is_pending { self.number.load(Ordering::Relaxed) + 1 } else { 0 };
        self.pending_at.store(pending_at, Ordering::Relaxed);
    }
}

struct WatchedBody {
    body: Body,
    polls: Arc<Polls>,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        self.polls.note(polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A handler that dropped the body no longer waits for it.
impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.polls.note(false);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    fn never() -> (Body, Reading) {
        struct Never;
        impl HttpBody for Never {
            type Data = Bytes;
            type Error = std::convert::Infallible;

            fn poll_frame(
                self: Pin<&mut Self>,
                _: &mut Context<'_>,
            ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
                Poll::Pending
            }
        }
        Reading::of(Body::new(Never))
    }

    fn look(body: &mut Body) {
        let mut cx = Context::from_waker(Waker::noop());
        assert!(Pin::new(body).poll_frame(&mut cx).is_pending());
    }

    #[test]
    fn handler_waits_for_what_it_polled_last() {
        let (mut body, reading) = never();
        assert!(!reading.is_waiting());
        reading.polled(|| look(&mut body));
        assert!(reading.is_waiting());
        reading.polled(|| ());
        assert!(!reading.is_waiting());
        reading.polled(|| look(&mut body));
        drop(body);
        assert!(!reading.is_waiting());
    }

    #[test]
    fn handler_waits_for_a_body_that_another_task_polls() {
        let (mut body, reading) = never();
        look(&mut body);
        reading.polled(|| ());
        assert!(reading.is_waiting());
        drop(body);
        assert!(!reading.is_waiting());
    }
}
