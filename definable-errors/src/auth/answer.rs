use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::ApiError;

/// The result of a verifier or a store, which is available now or later.
///
/// A result that is available now allocates nothing.
///
/// ```
/// use definable_errors::auth::Answer;
///
/// fn at_once(known: u64) -> Answer<'static, u64> {
///     Answer::ready(Ok(known))
/// }
///
/// fn later(name: &str) -> Answer<'_, usize> {
///     Answer::later(async move { Ok(name.len()) })
/// }
/// # let _ = (at_once(1), later("a"));
/// ```
#[must_use = "an answer does nothing until it is awaited"]
pub struct Answer<'a, T>(State<'a, T>);

enum State<'a, T> {
    Ready(Option<Result<T, ApiError>>),
    Later(Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>),
}

impl<'a, T> Answer<'a, T> {
    /// Returns an answer with a result that is available now.
    pub const fn ready(result: Result<T, ApiError>) -> Self {
        Self(State::Ready(Some(result)))
    }

    /// Returns an answer with a result that takes a while, such as a database query.
    pub fn later(future: impl Future<Output = Result<T, ApiError>> + Send + 'a) -> Self {
        Self(State::Later(Box::pin(future)))
    }
}

/// Only the boxed future is pinned.
impl<T> Unpin for Answer<'_, T> {}

impl<T> Future for Answer<'_, T> {
    type Output = Result<T, ApiError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(result) => {
                Poll::Ready(result.take().expect("a future is not polled after its answer"))
            }
            State::Later(future) => future.as_mut().poll(cx),
        }
    }
}

impl<T> fmt::Debug for Answer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Ready(_) => "Answer::Ready",
            State::Later(_) => "Answer::Later",
        })
    }
}
