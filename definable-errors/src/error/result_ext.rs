use std::any::type_name;
use std::borrow::Cow;
use std::panic::Location;

use super::{ApiError, BoxError};
use crate::problem::{INTERNAL_ERROR, NOT_FOUND, Problem, ProblemType};

/// Turns a foreign error, or a missing value, into an [`ApiError`] on purpose.
///
/// The foreign error becomes the source: operators see it, clients never do. The place of the call
/// is kept as the location.
///
/// An error that derives [`ApiError`](macro@crate::ApiError), or is an `ApiError`, needs none of
/// this: pass it on with `?` alone, or its status and texts are replaced like a foreign error's.
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
pub trait ResultExt<T> {
    /// A failure is nobody's fault but ours: 500 `internal_error`.
    ///
    /// # Errors
    ///
    /// When there is no value.
    #[track_caller]
    fn or_internal(self) -> Result<T, ApiError>;

    /// A failure means that the thing is not there: 404 `not_found`. The detail is public.
    ///
    /// # Errors
    ///
    /// When there is no value.
    #[track_caller]
    fn or_not_found(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError>;

    /// A failure is a problem of the given type.
    ///
    /// # Errors
    ///
    /// When there is no value.
    #[track_caller]
    fn or_problem(self, problem_type: &'static ProblemType) -> Result<T, ApiError>;
}

// A closure would hide the caller's place, hence `match` and not `map_err`.
impl<T, E: Into<BoxError>> ResultExt<T> for Result<T, E> {
    fn or_internal(self) -> Result<T, ApiError> {
        self.or_problem(&INTERNAL_ERROR)
    }

    fn or_not_found(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(found_in(error, Problem::new(&NOT_FOUND).with_detail(detail))),
        }
    }

    fn or_problem(self, problem_type: &'static ProblemType) -> Result<T, ApiError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(found_in(error, Problem::new(problem_type))),
        }
    }
}

impl<T> ResultExt<T> for Option<T> {
    fn or_internal(self) -> Result<T, ApiError> {
        self.or_problem(&INTERNAL_ERROR)
    }

    fn or_not_found(self, detail: impl Into<Cow<'static, str>>) -> Result<T, ApiError> {
        match self {
            Some(value) => Ok(value),
            None => Err(ApiError::not_found(detail)),
        }
    }

    fn or_problem(self, problem_type: &'static ProblemType) -> Result<T, ApiError> {
        match self {
            Some(value) => Ok(value),
            None => Err(ApiError::new(problem_type)),
        }
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
    fn the_place_of_the_call_is_kept() {
        let here = Location::caller().line();
        let errors = [
            "x".parse::<u8>().or_internal().unwrap_err(),
            "x".parse::<u8>().or_not_found("none").unwrap_err(),
            "x".parse::<u8>().or_problem(&NOT_FOUND).unwrap_err(),
            None::<u8>.or_internal().unwrap_err(),
            None::<u8>.or_not_found("none").unwrap_err(),
            None::<u8>.or_problem(&NOT_FOUND).unwrap_err(),
        ];
        let lines = errors.map(|error| {
            assert_eq!(error.location().unwrap().file(), file!());
            error.location().unwrap().line() - here
        });
        assert_eq!(lines, [2, 3, 4, 5, 6, 7]);
    }

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
