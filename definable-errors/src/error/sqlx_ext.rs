use std::panic::Location;

use sqlx::Error;
use sqlx::error::ErrorKind;

use super::ApiError;
use crate::problem::{CONFLICT, INTERNAL_ERROR, Problem, SERVICE_UNAVAILABLE};

/// Says what a database error means to a client; with the feature `sqlx`.
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

#[cfg(test)]
mod tests {
    use std::error::Error as StdError;
    use std::fmt;

    use sqlx::error::DatabaseError;

    use super::*;

    #[derive(Debug)]
    struct Broken(fn() -> ErrorKind);

    impl fmt::Display for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("constraint failed")
        }
    }

    impl StdError for Broken {}

    impl DatabaseError for Broken {
        fn message(&self) -> &'static str {
            "constraint failed"
        }

        fn as_error(&self) -> &(dyn StdError + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn StdError + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn StdError + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> ErrorKind {
            (self.0)()
        }
    }

    fn code(error: Error) -> &'static str {
        Err::<(), _>(error).or_database().unwrap_err().problem().code()
    }

    #[test]
    fn only_what_a_client_can_mend_is_a_conflict() {
        let broken = |kind| code(Error::Database(Box::new(Broken(kind))));
        assert_eq!(broken(|| ErrorKind::UniqueViolation), "conflict");
        assert_eq!(broken(|| ErrorKind::ForeignKeyViolation), "conflict");
        assert_eq!(broken(|| ErrorKind::NotNullViolation), "internal_error");
        assert_eq!(broken(|| ErrorKind::Other), "internal_error");
        assert_eq!(code(Error::PoolTimedOut), "service_unavailable");
        assert_eq!(code(Error::RowNotFound), "internal_error");
    }
}
