//! Reporting of errors in a response's body after the head was sent.

use std::any::type_name;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;

use super::panic;
use super::watch::{BodyReporter, Watch};
use crate::error::{ApiError, BoxError};
use crate::problem::{INTERNAL_ERROR, Problem};

/// A body whose errors and panics are reported. Both reach the server as errors, so that it aborts
/// the response: over HTTP/1 the connection, over HTTP/2 only the stream.
struct WatchedBody {
    body: Body,
    /// The type of the body's errors, as operators see it.
    error_type: &'static str,
    reporter: BodyReporter,
}

/// Whether a body is produced while it is sent, so that it may fail after the head.
///
/// Bodies of a known size are in memory, and a `HEAD` has none. The outermost layer watches on
/// behalf of all.
pub(super) fn is_watched(body: &impl HttpBody, watch: &Watch) -> bool {
    body.size_hint().exact().is_none() && !watch.is_inner && !watch.is_head()
}

/// Watches a body for errors and panics.
pub(super) fn watched<B>(body: B, watch: Watch) -> Body
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let (body, reporter) = (Body::new(body), watch.into_reporter());
    let error_type = type_name::<B::Error>();
    // This is the box of axum's bodies: any other one would be put into another, which costs as
    // much for each frame as the watch itself.
    Body::new(UnsyncBoxBody::new(WatchedBody { body, error_type, reporter }))
}

type Polled = Poll<Option<Result<Frame<Bytes>, axum::Error>>>;

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let mut polled = Poll::Pending;
        let poll = || polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Err(payload) = catch_unwind(AssertUnwindSafe(poll)) {
            polled = self.end(panic::error(payload));
        } else if matches!(polled, Poll::Ready(Some(Err(_)))) {
            polled = self.failed(polled);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl WatchedBody {
    /// Converts a failure. An `ApiError` of a 5xx stays unchanged; any other error is a failure of
    /// the service all the same, since the client has already received a success.
    #[cold]
    fn failed(&mut self, polled: Polled) -> Polled {
        let Poll::Ready(Some(Err(error))) = polled else {
            return polled;
        };
        let error = match unwrapped(error.into_inner()).downcast::<ApiError>() {
            Ok(known) if known.problem().status().is_server_error() => *known,
            Ok(known) => internal(known, type_name::<ApiError>()),
            Err(error) => internal(error, self.error_type),
        };
        self.end(error)
    }

    #[cold]
    fn end(&mut self, error: ApiError) -> Polled {
        let error = error.with_note("after the head");
        self.reporter.report(&error);
        // It is not polled again, and may panic once more when it is dropped.
        let failed = mem::replace(&mut self.body, Body::empty());
        let _ = panic::caught(|| drop(failed));
        Poll::Ready(Some(Err(axum::Error::new(error))))
    }
}

/// Unwraps an error from those of axum's bodies, which wrap it once or twice.
fn unwrapped(mut error: BoxError) -> BoxError {
    loop {
        match error.downcast::<axum::Error>() {
            Ok(outer) => error = outer.into_inner(),
            Err(inner) => return inner,
        }
    }
}

fn internal(source: BoxError, type_name: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(&INTERNAL_ERROR)).with_boxed_source(source, type_name)
}
