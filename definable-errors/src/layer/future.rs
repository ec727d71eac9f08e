//! The future of a request inside of the layer: it also handles panics, and clients that disconnect.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::{fmt, thread};

use axum::response::Response;
use bytes::Bytes;
use http_body::Body;
use pin_project_lite::pin_project;

use super::finish::{Finish, Later, fail, finish, intercepted};
use super::panic;
use super::span::Span;
use super::watch::Watch;
use crate::error::{ApiError, BoxError, from_box};

pin_project! {
    /// The response of [`ApiErrorService`](super::ApiErrorService).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
        // Taken when the response is ready; still present if the client disconnected.
        watch: Option<Watch>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(watch) = this.watch.take() {
                match watch.kept.span() {
                    None => watch.report_disconnected(),
                    Some(span) => span.in_scope(|| {
                        watch.report_disconnected();
                        this.state.set(State::Failed { error: None });
                    }),
                }
            }
        }
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        // The inner service is running.
        Running { #[pin] future: F },
        // The inner service failed before it returned a future.
        Failed { error: Option<ApiError> },
        // The request was answered in place of the inner service.
        Intercepted { response: Option<Response> },
        // A renderer is writing the body.
        Later { later: Later },
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn running(future: F, watch: Watch) -> Self {
        Self { state: State::Running { future }, watch: Some(watch) }
    }

    /// Creates the future of a request that was answered in place of the inner service.
    pub(super) const fn intercepted(response: Response, watch: Watch) -> Self {
        Self { state: State::Intercepted { response: Some(response) }, watch: Some(watch) }
    }

    /// Creates the future of a request whose inner service failed before it returned one.
    pub(super) const fn failed(error: ApiError, watch: Watch) -> Self {
        Self { state: State::Failed { error: Some(error) }, watch: Some(watch) }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    E: Into<BoxError>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let span = self.watch.as_ref().and_then(|watch| watch.kept.span());
        match span.cloned() {
            None => self.poll_response(cx),
            Some(span) => self.poll_inside(&span, cx),
        }
    }
}

impl<F, R, E> ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    E: Into<BoxError>,
{
    /// Polls inside the span. A body that is rendered later enters it by itself.
    #[cold]
    fn poll_inside(
        mut self: Pin<&mut Self>,
        span: &Span,
        cx: &mut Context<'_>,
    ) -> Poll<<Self as Future>::Output> {
        let polled = span.in_scope(|| self.as_mut().poll_response(cx));
        if polled.is_ready() || matches!(self.state, State::Later { .. }) {
            span.record_route();
        }
        polled
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "its other caller is cold")]
    fn poll_response(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<<Self as Future>::Output> {
        let mut this = self.project();
        loop {
            let finish = match this.state.as_mut().project() {
                StateProjection::Running { future } => {
                    let polled = catch_unwind(AssertUnwindSafe(|| future.poll(cx)));
                    finish_or_fail(ready!(settled(polled)), taken(this.watch))
                }
                StateProjection::Failed { error } => fail(taken(error), taken(this.watch)),
                StateProjection::Intercepted { response } => {
                    intercepted(taken(response), &taken(this.watch))
                }
                StateProjection::Later { later } => {
                    let response = ready!(later.poll(cx));
                    return Poll::Ready(Ok(response));
                }
            };
            match finish {
                Finish::Now(response) => return Poll::Ready(Ok(response)),
                Finish::Later(later) => this.state.set(State::Later { later }),
            }
        }
    }
}

/// Converts the result of a poll; a panic becomes an error.
fn settled<T, E>(polled: thread::Result<Poll<Result<T, E>>>) -> Poll<Result<T, ApiError>>
where
    E: Into<BoxError>,
{
    match polled {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(Ok(response))) => Poll::Ready(Ok(response)),
        Ok(Poll::Ready(Err(error))) => Poll::Ready(Err(from_box(error.into()))),
        Err(payload) => Poll::Ready(Err(panic::error(payload))),
    }
}

fn finish_or_fail<R>(result: Result<Response<R>, ApiError>, watch: Watch) -> Finish
where
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    match result {
        Ok(response) => finish(response, watch),
        Err(error) => fail(error, watch),
    }
}

fn taken<T>(once: &mut Option<T>) -> T {
    once.take().expect("a future is not polled after its answer")
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
