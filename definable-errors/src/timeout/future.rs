use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::response::Response;
use bytes::Bytes;
use http_body::Body;
use pin_project_lite::pin_project;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Sleep, sleep_until};

use super::limit::Limit;
use crate::error::BoxError;

pin_project! {
    /// The response future of [`TimeoutService`](super::TimeoutService).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
        // Created when the handler first has to wait: most handlers complete before that.
        #[pin]
        sleep: Option<Unconstrained<Sleep>>,
        limit: Option<Limit>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Running { #[pin] response: F },
        Over,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) const fn new(response: F, limit: Option<Limit>) -> Self {
        Self { state: State::Running { response }, sleep: None, limit }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let StateProjection::Running { response } = this.state.as_mut().project() else {
            unreachable!("a future is not polled after its answer");
        };
        let polled = match &*this.limit {
            Some(limit) => limit.reading.polled(|| response.poll(cx)),
            None => response.poll(cx),
        };
        if let Poll::Ready(answer) = polled {
            return Poll::Ready(answer.map(|response| response.map(axum::body::Body::new)));
        }
        let Some(limit) = this.limit else {
            return Poll::Pending;
        };
        if this.sleep.is_none() {
            // A handler that uses up the task's budget on every poll must not hide the timer.
            this.sleep.set(Some(unconstrained(sleep_until(limit.at.into()))));
        }
        let sleep = this.sleep.as_mut().as_pin_mut().expect("it was set above");
        ready!(sleep.poll(cx));
        let answer = limit.answer();
        this.state.set(State::Over);
        Poll::Ready(Ok(answer))
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
