use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::response::Response;
use bytes::Bytes;
use http_body::Body;
use pin_project_lite::pin_project;

use super::finish::{Finish, Later, fail, finish};
use super::panic::{self, Payload};
use super::watch::Watch;
use crate::error::{ApiError, BoxError};

pin_project! {
    /// The response of [`ApiErrorService`](super::ApiErrorService).
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
        // Taken when there is an answer; still there when the client went away.
        watch: Option<Watch>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(watch) = this.project().watch.take() {
                watch.abandon();
            }
        }
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        // The service inside is at work.
        Running { #[pin] future: F },
        // It failed before it began.
        Failed { error: Option<ApiError> },
        // The body is being written elsewhere.
        Later { later: Option<Later> },
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn running(future: F, watch: Watch) -> Self {
        Self { state: State::Running { future }, watch: Some(watch) }
    }

    pub(super) fn failed(error: BoxError, watch: Watch) -> Self {
        Self::of(ApiError::from_box(error), watch)
    }

    pub(super) fn panicked(payload: Payload, watch: Watch) -> Self {
        Self::of(panic::error(payload), watch)
    }

    const fn of(error: ApiError, watch: Watch) -> Self {
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

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let mut take = || this.watch.take().expect("a future is not polled after its answer");
        let finished = match this.state.as_mut().project() {
            StateProjection::Running { future } => {
                match catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
                    Ok(Poll::Pending) => return Poll::Pending,
                    Ok(Poll::Ready(Ok(response))) => finish(response, take()),
                    Ok(Poll::Ready(Err(error))) => fail(ApiError::from_box(error.into()), take()),
                    Err(payload) => fail(panic::error(payload), take()),
                }
            }
            StateProjection::Failed { error } => {
                fail(error.take().expect("a future is not polled after its answer"), take())
            }
            StateProjection::Later { later } => {
                let later = later.as_mut().expect("it is there until it is done");
                return Poll::Ready(Ok(ready!(later.poll(context))));
            }
        };
        match finished {
            Finish::Now(response) => Poll::Ready(Ok(response)),
            Finish::Later(later) => {
                this.state.set(State::Later { later: Some(later) });
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
