use std::panic::Location;

use sqlx::Error;
use sqlx::error::ErrorKind;

use super::ApiError;
use crate::problem::{CONFLICT, INTERNAL_ERROR, Problem, SERVICE_UNAVAILABLE};

/// Says what a database error means to a client.
///
/// A broken unique or foreign key is a 409 `conflict`; a pool without a free connection is a 503
/// `service_unavailable` that asks to wait a second; anything else is a 500 `internal_error`. A row
/// that is not found is for the caller to judge: it may be a 404, or a bug.
///
/// ```
/// use definable_errors::SqlxExt;
///
/// let error = Err::<(), _>(sqlx::Error::PoolTimedOut).or_database().unwrap_err();
/// assert_eq!(error.problem().status().as_u16(), 503);
/// assert_eq!(error.problem().retry_after(), Some(1));
/// ```
pub trait SqlxExt<T> {
    /// Turns a database error into the problem that it means.
    ///
    /// # Errors
    ///
    /// When there is no value.
    #[track_caller]
    fn or_database(self) -> Result<T, ApiError>;
}

impl<T> SqlxExt<T> for Result<T, Error> {
    fn or_database(self) -> Result<T, ApiError> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(ApiError::unlocated(problem(&error))
                .with_source(error)
                .with_location(Location::caller())),
        }
    }
}

fn problem(error: &Error) -> Problem {
    match error {
        Error::PoolTimedOut => Problem::new(&SERVICE_UNAVAILABLE).with_retry_after(1),
        Error::Database(error) => match error.kind() {
            ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => Problem::new(&CONFLICT),
            _ => Problem::new(&INTERNAL_ERROR),
        },
        _ => Problem::new(&INTERNAL_ERROR),
    }
}
