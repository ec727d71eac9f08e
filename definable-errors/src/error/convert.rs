//! Conversions of errors that derive [`ApiError`](macro@crate::ApiError) into it.

use std::convert::Infallible;
use std::panic::Location;

use super::ApiError;
use crate::problem::ProblemTypes;

/// An error type that can become an [`ApiError`]; derive it with
/// [`ApiError`](macro@crate::ApiError).
/// A type that implements it can be converted by `?` in a function that returns `ApiError`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot become an `ApiError`",
    label = "add `.or_internal()?` for a 500; for an error of your own, derive `ApiError`",
    note = "`.or_internal()`, `.or_not_found(detail)` and `.or_problem(&TYPE)` are methods of `definable_errors::ResultExt`",
    note = "for an error of your own: `#[derive(definable_errors::ApiError)]`"
)]
pub trait IntoApiError: ProblemTypes + Sized {
    /// Converts into the error that a handler returns. It does nothing else: no log line, no I/O.
    fn into_api_error(self) -> ApiError;

    /// Converts from a reference, without the error itself as the source, or returns `None` if the
    /// type does not support that. The derive implements it.
    fn to_api_error(&self) -> Option<ApiError> {
        None
    }
}

impl<E: IntoApiError> From<E> for ApiError {
    /// Sets the location to that of the `?`.
    #[track_caller]
    fn from(error: E) -> Self {
        error.into_api_error().with_location(Location::caller())
    }
}

/// Extractors that cannot fail have `Infallible` as their rejection.
impl IntoApiError for Infallible {
    fn into_api_error(self) -> ApiError {
        match self {}
    }
}

/// A type that a transparent variant may contain: an error that derives, or an [`ApiError`] itself.
pub trait Forward: ProblemTypes {
    #[doc(hidden)]
    fn forward(self) -> ApiError;

    #[doc(hidden)]
    fn forward_ref(&self) -> Option<ApiError>;
}

impl<E: IntoApiError> Forward for E {
    fn forward(self) -> ApiError {
        self.into_api_error()
    }

    fn forward_ref(&self) -> Option<ApiError> {
        self.to_api_error()
    }
}

impl Forward for ApiError {
    fn forward(self) -> ApiError {
        self
    }

    fn forward_ref(&self) -> Option<ApiError> {
        Some(self.clone())
    }
}
