//! The future of guards, verifiers and stores.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::ApiError;

/// A `Result<T, ApiError>`, now or later.
///
/// It is what a guard, a verifier or a store returns. A result that is known at once allocates
/// nothing; one that takes a while, such as a query to a database, is boxed.
///
/// ```
/// use definable_errors::error::ApiFuture;
///
/// fn cached(known: u64) -> ApiFuture<'static, u64> {
///     ApiFuture::ready(Ok(known))
/// }
///
/// fn queried(name: &str) -> ApiFuture<'_, usize> {
///     ApiFuture::boxed(async move { Ok(name.len()) })
/// }
/// # let _ = (cached(1), queried("a"));
/// ```
#[must_use = "a future does nothing until it is awaited"]
pub struct ApiFuture<'a, T>(State<'a, T>);

enum State<'a, T> {
    Ready(Option<Result<T, ApiError>>),
    Boxed(Pin<Box<dyn Future<Output = Result<T, ApiError>> + Send + 'a>>),
}

impl<'a, T> ApiFuture<'a, T> {
    /// Returns a future whose result is known already.
    pub const fn ready(result: Result<T, ApiError>) -> Self {
        Self(State::Ready(Some(result)))
    }

    /// Boxes a future that takes a while.
    pub fn boxed(future: impl Future<Output = Result<T, ApiError>> + Send + 'a) -> Self {
        Self(State::Boxed(Box::pin(future)))
    }

    /// Returns the result if it is known already, or else the future itself.
    pub(crate) fn into_ready(self) -> Result<Result<T, ApiError>, Self> {
        match self.0 {
            State::Ready(Some(result)) => Ok(result),
            state => Err(Self(state)),
        }
    }

    /// Applies `change` to the value of a good result.
    pub(crate) fn map<U>(self, change: fn(T) -> U) -> ApiFuture<'a, U>
    where
        T: Send + 'a,
        U: 'a,
    {
        match self.into_ready() {
            Ok(result) => ApiFuture::ready(result.map(change)),
            Err(later) => ApiFuture::boxed(async move { later.await.map(change) }),
        }
    }
}

/// What it contains is either owned or boxed, so moving it moves nothing that was polled.
impl<T> Unpin for ApiFuture<'_, T> {}

impl<T> Future for ApiFuture<'_, T> {
    type Output = Result<T, ApiError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Ready(result) => {
                Poll::Ready(result.take().expect("a future is not polled after its result"))
            }
            State::Boxed(future) => future.as_mut().poll(cx),
        }
    }
}

impl<T> fmt::Debug for ApiFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Ready(_) => "ApiFuture::Ready",
            State::Boxed(_) => "ApiFuture::Boxed",
        })
    }
}
