use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Pass;
use crate::error::ApiError;

/// The decision of a [`RateLimit`](super::RateLimit). What is decided at once allocates nothing.
pub struct Admission(State);

enum State {
    Ready(Option<Result<Pass, ApiError>>),
    Later(Pin<Box<dyn Future<Output = Result<Pass, ApiError>> + Send>>),
}

impl Admission {
    pub(super) const fn ready(result: Result<Pass, ApiError>) -> Self {
        Self(State::Ready(Some(result)))
    }

    pub(super) fn later(
        future: impl Future<Output = Result<Pass, ApiError>> + Send + 'static,
    ) -> Self {
        Self(State::Later(Box::pin(future)))
    }
}

impl Future for Admission {
    type Output = Result<Pass, ApiError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(result) => {
                Poll::Ready(result.take().expect("a future is not polled after its answer"))
            }
            State::Later(future) => future.as_mut().poll(context),
        }
    }
}

impl fmt::Debug for Admission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Ready(_) => "Admission::Ready",
            State::Later(_) => "Admission::Later",
        })
    }
}
