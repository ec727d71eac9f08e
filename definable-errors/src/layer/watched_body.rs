//! Reports what goes wrong with a response's body after the head was sent.

use std::any::type_name;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::panic;
use super::watch::Watch;
use crate::error::{ApiError, BoxError};
use crate::problem::{INTERNAL_ERROR, Problem};

pin_project! {
    /// A body whose errors and panics are reported. Both reach the server as errors, so that it cuts
    /// the response: over HTTP/1 the connection, over HTTP/2 only the stream.
    struct WatchedBody<B> {
        #[pin]
        body: B,
        // Taken by the first report, after which the body is not polled again.
        watch: Option<Watch>,
    }
}

/// Watches a body that is made while it is sent.
///
/// Bodies of a known size are in memory, and a `HEAD` has none. The outermost layer watches for all.
pub(super) fn watched<B>(body: B, watch: Watch) -> Body
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    if body.size_hint().exact().is_some() || watch.is_inner || watch.is_head() {
        return Body::new(body);
    }
    Body::new(WatchedBody { body, watch: Some(watch.without_captured()) })
}

impl<B> HttpBody for WatchedBody<B>
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.project();
        if this.watch.is_none() {
            return Poll::Ready(None);
        }
        let body = this.body;
        let error = match catch_unwind(AssertUnwindSafe(|| body.poll_frame(context))) {
            Ok(polled) => match ready!(polled) {
                Some(Err(error)) => failed::<B>(error.into()),
                frame => return Poll::Ready(frame.map(|frame| frame.map_err(Into::into))),
            },
            Err(payload) => panic::error(payload),
        };
        let error = error.with_note("after the head");
        if let Some(watch) = this.watch.take() {
            watch.report(&error);
        }
        Poll::Ready(Some(Err(error.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Makes the error of a body that failed. An `ApiError` of a 5xx stays what it is; any other is a
/// failure of the service all the same, since the client has read a success.
fn failed<B: HttpBody>(error: BoxError) -> ApiError {
    match unwrapped(error).downcast::<ApiError>() {
        Ok(known) if known.problem().status().is_server_error() => *known,
        Ok(known) => internal(known, type_name::<ApiError>()),
        Err(error) => internal(error, type_name::<B::Error>()),
    }
}

/// Takes an error out of those of axum's bodies, which wrap it once or twice.
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
