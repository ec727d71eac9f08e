use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::future::ONCE;
use crate::error::ApiError;

/// The admission of a guard that mostly decides immediately. An immediate decision allocates
/// nothing and keeps no request waiting in a future.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::guard::{Admission, Guard};
/// use http::request::Parts;
///
/// /// Admits requests that say please.
/// #[derive(Clone)]
/// struct Polite;
///
/// impl Guard for Polite {
///     type Permit = ();
///     type Admission = Admission<()>;
///
///     fn admit(&self, request: &mut Parts) -> Admission<()> {
///         Admission::now(match request.headers.contains_key("please") {
///             true => Ok(()),
///             false => Err(ApiError::forbidden("Say please.")),
///         })
///     }
///
///     fn decided(admission: Admission<()>) -> Result<Result<(), ApiError>, Admission<()>> {
///         admission.decided()
///     }
/// }
/// ```
pub struct Admission<P>(State<P>);

enum State<P> {
    Now(Option<Result<P, ApiError>>),
    Later(Pin<Box<dyn Future<Output = Result<P, ApiError>> + Send>>),
}

impl<P> Admission<P> {
    /// Creates an admission that is already decided.
    pub const fn now(decision: Result<P, ApiError>) -> Self {
        Self(State::Now(Some(decision)))
    }

    /// Creates an admission that is decided later, by a future.
    pub fn later(decision: impl Future<Output = Result<P, ApiError>> + Send + 'static) -> Self {
        Self(State::Later(Box::pin(decision)))
    }

    /// Returns the decision, or else the admission again; for
    /// [`Guard::decided`](super::Guard::decided).
    ///
    /// # Errors
    ///
    /// Returns the admission if it is not decided yet.
    pub fn decided(self) -> Result<Result<P, ApiError>, Self> {
        match self.0 {
            State::Now(Some(decision)) => Ok(decision),
            state => Err(Self(state)),
        }
    }
}

impl<P> Unpin for Admission<P> {}

impl<P> Future for Admission<P> {
    type Output = Result<P, ApiError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            State::Now(decision) => Poll::Ready(decision.take().expect(ONCE)),
            State::Later(decision) => decision.as_mut().poll(cx),
        }
    }
}

impl<P> fmt::Debug for Admission<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            State::Now(_) => "Admission::Now",
            State::Later(_) => "Admission::Later",
        })
    }
}
