//! What the error of sqlx says as a [`DatabaseError`].

use sqlx::Error;
use sqlx::error::{DatabaseError as SqlxDatabaseError, ErrorKind};

use super::database_error::{DatabaseError, DatabaseErrorKind};

/// SQLite reports no constraints as values. These texts are followed by nothing but names of the
/// schema, so that no submitted value can imitate them.
const UNIQUE: &str = "UNIQUE constraint failed: ";
const CHECK: &str = "CHECK constraint failed: ";

impl DatabaseError for Error {
    fn kind(&self) -> DatabaseErrorKind {
        match self {
            Self::PoolTimedOut => DatabaseErrorKind::PoolTimeout,
            Self::Database(error) => kind(&**error),
            _ => DatabaseErrorKind::Other,
        }
    }

    fn constraint(&self) -> Option<&str> {
        let error = self.as_database_error()?;
        error.constraint().or_else(|| match error.kind() {
            ErrorKind::CheckViolation => error.message().strip_prefix(CHECK),
            // An index on an expression has no columns: SQLite reports its name.
            ErrorKind::UniqueViolation => index(error.message().strip_prefix(UNIQUE)?),
            _ => None,
        })
    }

    fn columns(&self) -> Option<&str> {
        let error = self.as_database_error()?;
        if error.constraint().is_some() || error.kind() != ErrorKind::UniqueViolation {
            return None;
        }
        error.message().strip_prefix(UNIQUE).filter(|columns| index(columns).is_none())
    }
}

fn kind(error: &dyn SqlxDatabaseError) -> DatabaseErrorKind {
    let of_code = error.code().map_or(DatabaseErrorKind::Other, |code| of_code(&code));
    match error.kind() {
        ErrorKind::UniqueViolation => DatabaseErrorKind::UniqueViolation,
        ErrorKind::ForeignKeyViolation => DatabaseErrorKind::ForeignKeyViolation,
        ErrorKind::CheckViolation => DatabaseErrorKind::CheckViolation,
        ErrorKind::ExclusionViolation => DatabaseErrorKind::ExclusionViolation,
        ErrorKind::NotNullViolation => DatabaseErrorKind::NotNullViolation,
        _ => of_code,
    }
}

/// A SQLSTATE has five characters, and the codes of SQLite are shorter.
fn of_code(code: &str) -> DatabaseErrorKind {
    match code.len() {
        5 => DatabaseErrorKind::from_sqlstate(code),
        _ => code.parse().map_or(DatabaseErrorKind::Other, DatabaseErrorKind::from_sqlite_code),
    }
}

/// Returns the name in `index 'name'`.
fn index(place: &str) -> Option<&str> {
    place.strip_prefix("index '")?.strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::error::Error as StdError;
    use std::fmt;

    use super::*;
    use crate::error::DatabaseExt;
    use crate::problem::{ErrorStatus, ProblemType};

    static NAME_TAKEN: ProblemType =
        ProblemType::new("name_taken", ErrorStatus::CONFLICT, "Name taken");

    /// A database error with this code, message and kind.
    #[derive(Debug)]
    struct Failed(&'static str, &'static str, fn() -> ErrorKind);

    impl fmt::Display for Failed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.1)
        }
    }

    impl StdError for Failed {}

    impl SqlxDatabaseError for Failed {
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
            (self.2)()
        }
    }

    fn failed(code: &'static str, message: &'static str, kind: fn() -> ErrorKind) -> Error {
        Error::Database(Box::new(Failed(code, message, kind)))
    }

    fn answered(error: Error) -> &'static str {
        let result = Err::<(), _>(error)
            .on_constraint(("name_key", "kbs.org_id, kbs.name"), &NAME_TAKEN)
            .or_database();
        result.unwrap_err().problem().code()
    }

    #[test]
    fn only_what_a_client_can_resolve_is_a_conflict() {
        let violated = |kind| answered(failed("", "constraint failed", kind));
        assert_eq!(violated(|| ErrorKind::UniqueViolation), "conflict");
        assert_eq!(violated(|| ErrorKind::ForeignKeyViolation), "conflict");
        assert_eq!(violated(|| ErrorKind::ExclusionViolation), "conflict");
        assert_eq!(violated(|| ErrorKind::CheckViolation), "internal_error");
        assert_eq!(violated(|| ErrorKind::NotNullViolation), "internal_error");
        assert_eq!(violated(|| ErrorKind::Other), "internal_error");
        assert_eq!(answered(Error::PoolTimedOut), "service_unavailable");
        assert_eq!(answered(Error::RowNotFound), "internal_error");
    }

    #[test]
    fn statement_that_another_transaction_is_in_the_way_of_may_be_tried_again() {
        for code in ["5", "6", "261", "517", "262", "40001", "40P01", "55P03"] {
            let result = Err::<(), _>(failed(code, "in the way", || ErrorKind::Other));
            let error = result.or_database().unwrap_err();
            assert_eq!(error.problem().code(), "service_unavailable", "{code}");
            assert_eq!(error.problem().retry_after_seconds(), Some(1), "{code}");
        }
        for code in ["1", "8", "19", "23502", "42P01", "", "x", "-5"] {
            let other = failed(code, "database is locked", || ErrorKind::Other);
            assert_eq!(answered(other), "internal_error", "{code}");
        }
    }

    #[test]
    fn columns_are_all_that_follows_the_fixed_text_of_sqlite() {
        let of = |message| answered(failed("2067", message, || ErrorKind::UniqueViolation));
        assert_eq!(of("UNIQUE constraint failed: kbs.org_id, kbs.name"), "name_taken");
        for forged in [
            "UNIQUE constraint failed: kbs.org_id, kbs.name, kbs.x",
            "UNIQUE constraint failed: x.kbs.org_id, kbs.name",
            "UNIQUE constraint failed: kbs.org_id, kbs.name ",
            "UNIQUE constraint failed: name_key",
            "Duplicate entry 'UNIQUE constraint failed: kbs.org_id, kbs.name' for key 'x'",
            "x UNIQUE constraint failed: kbs.org_id, kbs.name",
            "kbs.org_id, kbs.name",
        ] {
            assert_eq!(of(forged), "conflict", "{forged}");
        }
        let not_unique = "UNIQUE constraint failed: kbs.org_id, kbs.name";
        assert_eq!(answered(failed("1811", not_unique, || ErrorKind::Other)), "internal_error");
    }

    #[test]
    fn sqlite_reports_names_of_checks_and_of_indexes_on_expressions() {
        let check =
            failed("275", "CHECK constraint failed: name_key", || ErrorKind::CheckViolation);
        assert_eq!(answered(check), "name_taken");
        let index = "UNIQUE constraint failed: index 'name_key'";
        assert_eq!(answered(failed("2067", index, || ErrorKind::UniqueViolation)), "name_taken");
    }

    #[test]
    fn kind_that_the_driver_states_needs_no_known_code() {
        let kinds: [(fn() -> ErrorKind, DatabaseErrorKind); 6] = [
            (|| ErrorKind::UniqueViolation, DatabaseErrorKind::UniqueViolation),
            (|| ErrorKind::ForeignKeyViolation, DatabaseErrorKind::ForeignKeyViolation),
            (|| ErrorKind::CheckViolation, DatabaseErrorKind::CheckViolation),
            (|| ErrorKind::ExclusionViolation, DatabaseErrorKind::ExclusionViolation),
            (|| ErrorKind::NotNullViolation, DatabaseErrorKind::NotNullViolation),
            (|| ErrorKind::Other, DatabaseErrorKind::Other),
        ];
        for (stated, expected) in kinds {
            assert_eq!(failed("XX000", "", stated).kind(), expected);
        }
    }
}
