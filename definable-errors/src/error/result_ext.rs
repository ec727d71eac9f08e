//! Methods of `Result` and `Option` that convert a failure into an `ApiError`.

use std::any::type_name;
use std::borrow::Cow;
use std::convert::Infallible;
use std::panic::Location;

use super::recognize::recognized;
use super::{ApiError, BoxError, Declared, Erased, IntoApiError, Opaque, Recognize};
use crate::problem::{
    BAD_REQUEST, CONFLICT, FORBIDDEN, INTERNAL_ERROR, NOT_FOUND, Problem, ProblemType,
    UNPROCESSABLE,
};

/// An extension trait that converts an error of another crate, or a missing value, into an
/// [`ApiError`] explicitly.
///
/// The error becomes the source: operators see it, clients never do. The location is that of the
/// call.
///
/// An error that derives [`ApiError`](macro@crate::ApiError), or is an `ApiError`, does not need
/// this: use `?` alone, or its status and texts are replaced like those of any other error.
///
/// ```
/// use definable_errors::{ApiError, ResultExt};
///
/// fn handler(names: &[&str]) -> Result<u16, ApiError> {
///     let first = names.first().or_not_found("There is no name yet.")?;
///     first.parse().or_internal()
/// }
///
/// assert_eq!(handler(&[]).unwrap_err().problem().status().as_u16(), 404);
/// assert_eq!(handler(&["x"]).unwrap_err().problem().status().as_u16(), 500);
/// ```
///
/// Implemented for `Result` and `Option`; it cannot be implemented elsewhere.
pub trait ResultExt<T>: Sized + sealed::Sealed {
    /// The error that is present if there is no value.
    type Error;

    #[doc(hidden)]
    #[track_caller]
    fn or_made(self, problem: impl FnOnce() -> Problem) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>;

    /// Converts a failure that is not the client's fault into 500 `internal_error`.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value; so does every method of this trait.
    #[track_caller]
    fn or_internal(self) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_problem(&INTERNAL_ERROR)
    }

    /// Converts the failure into 400 `bad_request`. The detail is public.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_bad_request(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_problem_with(&BAD_REQUEST, detail)
    }

    /// Converts the failure into 404 `not_found`. The detail is public.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_not_found(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_problem_with(&NOT_FOUND, detail)
    }

    /// Converts the failure into 403 `forbidden`. The detail is public.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_forbidden(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_problem_with(&FORBIDDEN, detail)
    }

    /// Converts the failure into 409 `conflict`. The detail is public.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_conflict(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_problem_with(&CONFLICT, detail)
    }

    /// Converts the failure into 422 `unprocessable`. The detail is public.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_unprocessable(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_problem_with(&UNPROCESSABLE, detail)
    }

    /// Converts the failure into a problem of the given type.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_problem(self, problem_type: &'static ProblemType) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_made(|| Problem::new(problem_type))
    }

    /// Converts the failure into a problem of the given type, with a public detail. A 5xx type
    /// keeps its own detail, because clients must not learn what failed inside the service.
    ///
    /// ```
    /// use definable_errors::problem::{GONE, SERVICE_UNAVAILABLE};
    /// use definable_errors::ResultExt;
    ///
    /// let error = None::<u8>.or_problem_with(&GONE, "The order was deleted.").unwrap_err();
    /// assert_eq!(error.problem().detail(), "The order was deleted.");
    /// let error = None::<u8>.or_problem_with(&SERVICE_UNAVAILABLE, "db-7 is down").unwrap_err();
    /// assert_eq!(error.problem().detail(), SERVICE_UNAVAILABLE.detail());
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_problem_with(
        self,
        problem_type: &'static ProblemType,
        detail: impl Into<Cow<'static, str>>,
    ) -> Result<T, ApiError>
    where
        Self::Error: Into<BoxError>,
    {
        self.or_made(|| {
            let problem = Problem::new(problem_type);
            if problem_type.status().is_server_error() {
                problem
            } else {
                problem.with_detail(detail)
            }
        })
    }

    /// Converts the error into `E`, with the location of the call: what `?` does for an `E` itself
    /// in a function that returns [`Declared<E>`].
    ///
    /// # Errors
    ///
    /// Returns `E::from` of the error if there is no value.
    #[track_caller]
    fn or_declared<E>(self) -> Result<T, Declared<E>>
    where
        E: IntoApiError + From<Self::Error>;

    /// Returns the [`ApiError`](struct@ApiError) among the causes, the outermost if there are
    /// several, or converts into 500 `internal_error` if there is none. The error is any that
    /// implements `Error`, or hides one, as `anyhow::Error`, `eyre::Report` and [`BoxError`] do.
    ///
    /// A derived error among the causes is found only if its type is named:
    /// [`or_recognized_as`](Self::or_recognized_as).
    ///
    /// ```
    /// use definable_errors::{ApiError, BoxError, ResultExt};
    ///
    /// fn work() -> Result<(), BoxError> {
    ///     Err(ApiError::conflict("The parcel has already left."))?
    /// }
    ///
    /// assert_eq!(work().or_recognized().unwrap_err().problem().code(), "conflict");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_recognized<Kind>(self) -> Result<T, ApiError>
    where
        Self::Error: Opaque<Kind>;

    /// Does the same as [`or_recognized`](Self::or_recognized), and also finds derived errors of
    /// the types `R`: one type, or a tuple of up to eight. It is for errors that hide their type:
    /// `anyhow::Error`, `eyre::Report`, [`BoxError`].
    ///
    #[cfg_attr(feature = "derive", doc = "```")]
    #[cfg_attr(not(feature = "derive"), doc = "```ignore")]
    /// use definable_errors::{ApiError, BoxError, ResultExt};
    ///
    /// #[derive(Debug, thiserror::Error, ApiError)]
    /// #[error("order {0} does not exist")]
    /// #[api(status = 404)]
    /// struct NoSuchOrderError(u64);
    ///
    /// fn work() -> Result<(), BoxError> {
    ///     Err(NoSuchOrderError(42))?
    /// }
    ///
    /// let error = work().or_recognized_as::<NoSuchOrderError>().unwrap_err();
    /// assert_eq!(error.problem().code(), "no_such_order");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_recognized_as<R: Recognize>(self) -> Result<T, ApiError>
    where
        Self::Error: Opaque<Erased>;
}

/// Methods may be added to the extension traits of `Result` and `Option`, so no other
/// crate implements them.
pub(super) mod sealed {
    pub trait Sealed {}

    impl<T, E> Sealed for Result<T, E> {}

    impl<T> Sealed for Option<T> {}
}

// A closure would hide the caller's location, hence `match` and not `map_err`.
impl<T, S> ResultExt<T> for Result<T, S> {
    type Error = S;

    fn or_made(self, problem: impl FnOnce() -> Problem) -> Result<T, ApiError>
    where
        S: Into<BoxError>,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(found_in(error, problem())),
        }
    }

    fn or_declared<E>(self) -> Result<T, Declared<E>>
    where
        E: IntoApiError + From<S>,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(Declared::from(E::from(error))),
        }
    }

    fn or_recognized<Kind>(self) -> Result<T, ApiError>
    where
        S: Opaque<Kind>,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(recognized::<(), Kind, S>(error)),
        }
    }

    fn or_recognized_as<R: Recognize>(self) -> Result<T, ApiError>
    where
        S: Opaque<Erased>,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(recognized::<R, Erased, S>(error)),
        }
    }
}

/// A missing value has no error, so there is nothing to declare or to recognize.
impl<T> ResultExt<T> for Option<T> {
    type Error = Infallible;

    fn or_made(self, problem: impl FnOnce() -> Problem) -> Result<T, ApiError> {
        match self {
            Some(value) => Ok(value),
            None => Err(ApiError::from_problem(problem())),
        }
    }

    fn or_declared<E>(self) -> Result<T, Declared<E>>
    where
        E: IntoApiError + From<Infallible>,
    {
        self.or_internal().map_err(Declared::from)
    }

    fn or_recognized<Kind>(self) -> Result<T, ApiError> {
        self.or_internal()
    }

    fn or_recognized_as<R: Recognize>(self) -> Result<T, ApiError> {
        self.or_internal()
    }
}

#[track_caller]
fn found_in<E: Into<BoxError>>(error: E, problem: Problem) -> ApiError {
    ApiError::unlocated(problem)
        .with_boxed_source(error.into(), type_name::<E>())
        .with_location(Location::caller())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_foreign_error_becomes_the_source() {
        let text: Result<(), &str> = Err("plain text");
        let error = text.or_internal().unwrap_err();
        assert_eq!(
            (error.source_type(), error.chain().to_string()),
            (Some("&str"), "plain text".into())
        );
    }
}
