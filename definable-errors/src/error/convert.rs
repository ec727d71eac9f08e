use std::convert::Infallible;
use std::panic::Location;

use super::ApiError;
use crate::problem::ProblemTypes;

/// An error type that can become an [`ApiError`]; derive it with
/// [`ApiError`](macro@crate::ApiError).
///
/// A type that implements it can be passed by `?` in a function that returns `ApiError`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot become an `ApiError`",
    label = "no problem type is known for this error",
    note = "derive it for your own error: `#[derive(definable_errors::ApiError)]`",
    note = "for a foreign error, decide what it means: `.or_internal()?`, `.or_not_found(detail)?` or `.or_problem(&TYPE)?` of `definable_errors::ResultExt`"
)]
pub trait IntoApiError: ProblemTypes + Sized {
    /// The error that a handler returns. Makes it and does nothing else: no log line, no I/O.
    fn into_api_error(self) -> ApiError;
}

impl<E: IntoApiError> From<E> for ApiError {
    /// Keeps the place of the `?` as the location.
    #[track_caller]
    fn from(error: E) -> Self {
        error.into_api_error().with_location(Location::caller())
    }
}

/// Extractors that cannot fail have it as their rejection.
impl IntoApiError for Infallible {
    fn into_api_error(self) -> ApiError {
        match self {}
    }
}

/// What a transparent variant may hold: an error that derives, or an [`ApiError`] itself.
pub trait Forward: ProblemTypes {
    #[doc(hidden)]
    fn forward(self) -> ApiError;
}

impl<E: IntoApiError> Forward for E {
    fn forward(self) -> ApiError {
        self.into_api_error()
    }
}

impl Forward for ApiError {
    fn forward(self) -> ApiError {
        self
    }
}
