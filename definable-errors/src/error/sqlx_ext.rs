use std::time::Duration;

use std::panic::Location;

use sqlx::Error;
use sqlx::error::{DatabaseError, ErrorKind};

use super::ApiError;
use crate::problem::{CONFLICT, INTERNAL_ERROR, Problem, SERVICE_UNAVAILABLE};

/// An extension trait that converts database errors into problems; requires the feature `sqlx`.
///
/// A violated unique or foreign key constraint is a 409 `conflict`. A pool without a free
/// connection is a 503 `service_unavailable` with `Retry-After: 1`, and so is a conflict with
/// another transaction: a locked SQLite database, a deadlock, a serialization failure. Any other
/// error is a 500 `internal_error`. A row that is not found is for the caller to judge: it may be a
/// 404, or a bug.
///
/// ```
/// use definable_errors::SqlxExt;
///
/// let error = Err::<(), _>(sqlx::Error::PoolTimedOut).or_database().unwrap_err();
/// assert_eq!(error.problem().status().as_u16(), 503);
/// assert_eq!(error.problem().retry_after(), Some(std::time::Duration::from_secs(1)));
/// ```
///
/// Implemented for the `Result` of sqlx; it cannot be implemented elsewhere.
pub trait SqlxExt<T>: super::result_ext::sealed::Sealed {
    /// Converts a database error into the matching problem.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
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
        Error::PoolTimedOut => {
            Problem::new(&SERVICE_UNAVAILABLE).with_retry_after(Duration::from_secs(1))
        }
        Error::Database(error) if is_busy(&**error) => {
            Problem::new(&SERVICE_UNAVAILABLE).with_retry_after(Duration::from_secs(1))
        }
        Error::Database(error) => match error.kind() {
            ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => Problem::new(&CONFLICT),
            _ => Problem::new(&INTERNAL_ERROR),
        },
        _ => Problem::new(&INTERNAL_ERROR),
    }
}

/// Returns whether the same statement may succeed a moment later.
fn is_busy(error: &dyn DatabaseError) -> bool {
    let code = error.code();
    let code = code.as_deref().unwrap_or_default();
    if code.len() == 5 {
        // These SQLSTATEs are: serialization failure, deadlock, lock not available, too many
        // connections, and a server that is starting or shutting down.
        return ["40001", "40P01", "55P03", "53300", "57P03"].contains(&code);
    }
    // SQLite's codes contain the primary one in the lowest byte: SQLITE_BUSY and SQLITE_LOCKED.
    let primary = code.parse::<u32>().map_or(0, |code| code & 0xff);
    matches!(primary, 5 | 6) && error.message().starts_with("database")
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error as StdError;
    use std::fmt;

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

    /// A database error with this code and message.
    #[derive(Debug)]
    struct Coded(&'static str, &'static str);

    impl fmt::Display for Coded {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.1)
        }
    }

    impl StdError for Coded {}

    impl DatabaseError for Coded {
        fn message(&self) -> &str {
            self.1
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
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
            ErrorKind::Other
        }
    }

    #[test]
    fn statement_that_another_transaction_is_in_the_way_of_may_be_tried_again() {
        let busy = [
            ("5", "database is locked"),
            ("517", "database is locked"),
            ("262", "database table is locked"),
            ("40001", "could not serialize access"),
            ("40P01", "deadlock detected"),
            ("55P03", "could not obtain lock on row"),
        ];
        for (code, message) in busy {
            let error = Error::Database(Box::new(Coded(code, message)));
            let error = Err::<(), _>(error).or_database().unwrap_err();
            assert_eq!(error.problem().code(), "service_unavailable", "{message}");
            assert_eq!(error.problem().retry_after_seconds(), Some(1), "{message}");
        }
        for (code, message) in [("1", "no such table: a"), ("8", "readonly"), ("23502", "not null")]
        {
            assert_eq!(
                self::code(Error::Database(Box::new(Coded(code, message)))),
                "internal_error"
            );
        }
    }
}
