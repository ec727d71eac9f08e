//! The race of a response against its deadline, and the answer if the deadline wins.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Version, header};
use http_body::Body;
use pin_project_lite::pin_project;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Sleep, sleep_until};

use super::reading::Reading;
use crate::error::{ApiError, BoxError};
use crate::problem::{DEADLINE_EXCEEDED, Problem, REQUEST_TIMEOUT};

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

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// The deadline of a request, and what is needed to decide whether the client or the handler was
/// slow.
pub(super) struct Limit {
    pub(super) at: Instant,
    pub(super) after: Duration,
    pub(super) reading: Reading,
    pub(super) version: Version,
}

impl Limit {
    /// Returns a 408 only if the handler was waiting for the client, and a 503 otherwise.
    fn answer(&self) -> Response {
        if self.reading.is_waiting() { self.client_was_slow() } else { self.handler_was_slow() }
    }

    fn handler_was_slow(&self) -> Response {
        ApiError::unlocated(Problem::new(&DEADLINE_EXCEEDED))
            .with_note(format!("no answer after {:?}", self.after))
            .into_response()
    }

    fn client_was_slow(&self) -> Response {
        let error = ApiError::unlocated(Problem::new(&REQUEST_TIMEOUT))
            .with_note(format!("waited for the body for too long: {:?} are over", self.after));
        let mut response = error.into_response();
        // The rest of the body may still come and is not a request (RFC 9110 §15.5.9). HTTP/2
        // resets the stream and has no such header.
        if self.version < Version::HTTP_2 {
            response.headers_mut().insert(header::CONNECTION, CLOSE);
        }
        response
    }
}
