//! Database errors: a violated constraint becomes a problem of the service, and any other error is
//! answered by its kind.

use std::any::type_name;
use std::error::Error;
use std::fmt;
use std::panic::Location;
use std::time::Duration;

use super::database_error::{DatabaseError, DatabaseErrorKind};
use super::{ApiError, BoxError, Chain, IntoApiError};
use crate::problem::{
    CONFLICT, INTERNAL_ERROR, Problem, ProblemType, SERVICE_UNAVAILABLE, Violation,
};

/// An extension trait that converts errors of a database into problems. The text of the database
/// becomes the source, which operators see and clients never do.
///
/// It is implemented for every `Result` whose error implements [`DatabaseError`]: that of sqlx with
/// the feature `sqlx`, those of other libraries [in ten lines](DatabaseError#other-libraries).
///
/// ```
/// use definable_errors::error::{DatabaseError, DatabaseErrorKind};
/// use definable_errors::problem::{ErrorStatus, Place, ProblemType, Violation};
/// use definable_errors::{ApiError, DatabaseExt};
///
/// static KB_NAME_TAKEN: ProblemType =
///     ProblemType::new("kb_name_taken", ErrorStatus::CONFLICT, "Knowledge base name taken");
///
/// # #[derive(Debug, thiserror::Error)]
/// # #[error("duplicate key value violates unique constraint")]
/// # struct PgError;
/// # impl DatabaseError for PgError {
/// #     fn kind(&self) -> DatabaseErrorKind { DatabaseErrorKind::UniqueViolation }
/// #     fn constraint(&self) -> Option<&str> { Some("kb_slug_key") }
/// # }
/// # fn insert() -> Result<(), PgError> { Err(PgError) }
/// fn create() -> Result<(), ApiError> {
///     let taken = Violation::new(Place::Body("#/slug".into()), "taken", "is already in use");
///     insert()
///         // PostgreSQL reports the name of the constraint, SQLite reports its columns.
///         .on_constraint(("kb_org_name_key", "kbs.org_id, kbs.name"), &KB_NAME_TAKEN)
///         .on_constraint("kb_slug_key", taken)
///         .or_database()
/// }
///
/// let error = create().unwrap_err();
/// assert_eq!(error.problem().code(), "validation_failed");
/// assert_eq!(error.problem().violations()[0].code(), "taken");
/// ```
pub trait DatabaseExt<T>: super::result_ext::sealed::Sealed {
    /// The error of the database.
    type Error: DatabaseError + Into<BoxError>;

    /// Answers a violation of `constraint` with `answer`, which is one of these:
    ///
    /// * a [`ProblemType`];
    /// * a [`Violation`] at a field, for a `validation_failed`;
    /// * an error that derives [`ApiError`](macro@crate::ApiError), or an
    ///   [`ApiError`](struct@ApiError).
    ///
    /// May be repeated; the first that matches answers. End the chain with
    /// [`or_database`](OnConstraint::or_database), which answers for all other errors.
    ///
    /// `constraint` is the name of a unique, foreign key, check or exclusion constraint, or of a
    /// unique index. SQLite reports no names of unique constraints, only their columns: for it, pass
    /// the name and the columns exactly as SQLite lists them,
    /// `("kb_org_name_key", "kbs.org_id, kbs.name")`. The columns are compared only if the database
    /// reported no name. SQLite does not report which foreign key was violated, so none can be named.
    fn on_constraint<'c>(
        self,
        constraint: impl Into<Constraint<'c>>,
        answer: impl ConstraintAnswer,
    ) -> OnConstraint<T, Self::Error>;

    /// Answers by the [kind](DatabaseError::kind) of the error.
    ///
    /// | kind | answer |
    /// |---|---|
    /// | unique, foreign key and exclusion violations | 409 `conflict` |
    /// | [`Busy`](DatabaseErrorKind::Busy), [`PoolTimeout`](DatabaseErrorKind::PoolTimeout) | 503 `service_unavailable` with `Retry-After: 1` |
    /// | any other | 500 `internal_error` |
    ///
    /// A row that is not found is for the caller to judge, since it may be a 404 or a bug: ask for
    /// an `Option`, and use [`or_not_found`](super::ResultExt::or_not_found).
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    fn or_database(self) -> Result<T, ApiError>;
}

impl<T, E: DatabaseError + Into<BoxError>> DatabaseExt<T> for Result<T, E> {
    type Error = E;

    fn on_constraint<'c>(
        self,
        constraint: impl Into<Constraint<'c>>,
        answer: impl ConstraintAnswer,
    ) -> OnConstraint<T, E> {
        OnConstraint { result: self, answer: None }.on_constraint(constraint, answer)
    }

    fn or_database(self) -> Result<T, ApiError> {
        OnConstraint { result: self, answer: None }.or_database()
    }
}

/// A result whose violated constraints have answers; created by [`DatabaseExt::on_constraint`].
#[must_use = "call `.or_database()`, which answers for all other errors"]
pub struct OnConstraint<T, E> {
    result: Result<T, E>,
    /// The answer of the constraint that was violated.
    answer: Option<ApiError>,
}

impl<T, E: DatabaseError + Into<BoxError>> OnConstraint<T, E> {
    /// Does the same as [`DatabaseExt::on_constraint`], for one more constraint.
    pub fn on_constraint<'c>(
        mut self,
        constraint: impl Into<Constraint<'c>>,
        answer: impl ConstraintAnswer,
    ) -> Self {
        if let (Err(error), None) = (&self.result, &self.answer) {
            if constraint.into().is_violated_by(error) {
                self.answer = Some(answer.into_error());
            }
        }
        self
    }

    /// Returns the value, the answer of the constraint that was violated, or for any other error
    /// what [`DatabaseExt::or_database`] returns.
    ///
    /// # Errors
    ///
    /// Returns an `ApiError` if there is no value.
    #[track_caller]
    pub fn or_database(self) -> Result<T, ApiError> {
        // A closure would hide the caller's location.
        let error = match self.result {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let answer = match self.answer {
            Some(answer) => answer,
            None => ApiError::unlocated(problem(error.kind())),
        };
        Err(with_database_error(answer, error).with_location(Location::caller()))
    }
}

impl<T, E> fmt::Debug for OnConstraint<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnConstraint").field("answer", &self.answer).finish_non_exhaustive()
    }
}

/// Adds the error of the database as the source, or as a note if the answer has a source of its own.
fn with_database_error<E: Into<BoxError>>(answer: ApiError, error: E) -> ApiError {
    let error = error.into();
    match answer.source() {
        Some(_) => answer.with_note(Chain::new(Some(&*error)).to_string()),
        None => answer.with_boxed_source(error, type_name::<E>()),
    }
}

fn problem(kind: DatabaseErrorKind) -> Problem {
    match kind {
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::ExclusionViolation => Problem::new(&CONFLICT),
        DatabaseErrorKind::Busy | DatabaseErrorKind::PoolTimeout => {
            Problem::new(&SERVICE_UNAVAILABLE).with_retry_after(Duration::from_secs(1))
        }
        DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::Other => Problem::new(&INTERNAL_ERROR),
    }
}

/// A constraint of a database: its name, and for databases that do not report names its columns;
/// see [`DatabaseExt::on_constraint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint<'a> {
    name: &'a str,
    columns: Option<&'a str>,
}

impl Constraint<'_> {
    fn is_violated_by(self, error: &impl DatabaseError) -> bool {
        match error.constraint() {
            Some(name) => name == self.name,
            None => self.columns.is_some_and(|columns| error.columns() == Some(columns)),
        }
    }
}

/// The name.
impl<'a> From<&'a str> for Constraint<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, columns: None }
    }
}

/// The name and the columns.
impl<'a> From<(&'a str, &'a str)> for Constraint<'a> {
    fn from((name, columns): (&'a str, &'a str)) -> Self {
        Self { name, columns: Some(columns) }
    }
}

/// What a violated constraint can be answered with; see [`DatabaseExt::on_constraint`].
#[diagnostic::on_unimplemented(
    message = "a violated constraint cannot be answered with `{Self}`",
    label = "expected a `&'static ProblemType`, a `Violation`, or an error that derives `ApiError`"
)]
pub trait ConstraintAnswer: sealed::Sealed {
    #[doc(hidden)]
    fn into_error(self) -> ApiError;
}

impl ConstraintAnswer for &'static ProblemType {
    fn into_error(self) -> ApiError {
        ApiError::unlocated(Problem::new(self))
    }
}

impl ConstraintAnswer for Violation {
    fn into_error(self) -> ApiError {
        ApiError::validation_failed([self])
    }
}

impl<E: IntoApiError> ConstraintAnswer for E {
    fn into_error(self) -> ApiError {
        self.into_api_error()
    }
}

impl ConstraintAnswer for ApiError {
    fn into_error(self) -> ApiError {
        self
    }
}

mod sealed {
    use super::{ApiError, IntoApiError, ProblemType, Violation};

    pub trait Sealed {}

    impl Sealed for &'static ProblemType {}
    impl Sealed for Violation {}
    impl<E: IntoApiError> Sealed for E {}
    impl Sealed for ApiError {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{ErrorStatus, Place};

    static NAME_TAKEN: ProblemType =
        ProblemType::new("name_taken", ErrorStatus::CONFLICT, "Name taken");
    static SLUG_TAKEN: ProblemType =
        ProblemType::new("slug_taken", ErrorStatus::CONFLICT, "Slug taken");

    #[derive(Debug, Clone, Copy, thiserror::Error)]
    #[error("text of the database")]
    struct Failed {
        kind: DatabaseErrorKind,
        constraint: Option<&'static str>,
        columns: Option<&'static str>,
    }

    impl DatabaseError for Failed {
        fn kind(&self) -> DatabaseErrorKind {
            self.kind
        }

        fn constraint(&self) -> Option<&str> {
            self.constraint
        }

        fn columns(&self) -> Option<&str> {
            self.columns
        }
    }

    const UNIQUE: Failed =
        Failed { kind: DatabaseErrorKind::UniqueViolation, constraint: None, columns: None };

    fn failed(error: Failed) -> Result<(), Failed> {
        Err(error)
    }

    fn code(error: Failed) -> &'static str {
        let result = failed(error)
            .on_constraint(("kb_org_name_key", "kbs.org_id, kbs.name"), &NAME_TAKEN)
            .on_constraint("kb_slug_key", &SLUG_TAKEN)
            .or_database();
        result.unwrap_err().problem().code()
    }

    #[test]
    fn name_of_the_constraint_decides_where_there_is_one() {
        let named = |name| Failed { constraint: Some(name), ..UNIQUE };
        assert_eq!(code(named("kb_org_name_key")), "name_taken");
        assert_eq!(code(named("kb_slug_key")), "slug_taken");
        assert_eq!(code(named("kb_org_name_key2")), "conflict");
        assert_eq!(code(named("")), "conflict");
        // With a name, columns do not count.
        let both = Failed { columns: Some("kbs.org_id, kbs.name"), ..named("other") };
        assert_eq!(code(both), "conflict");
    }

    #[test]
    fn columns_decide_where_there_is_no_name() {
        let of = |columns| code(Failed { columns: Some(columns), ..UNIQUE });
        assert_eq!(of("kbs.org_id, kbs.name"), "name_taken");
        for other in ["kbs.name", "kbs.org_id", "kbs.org_id, kbs.name, kbs.x", "kb_slug_key", ""] {
            assert_eq!(of(other), "conflict", "{other}");
        }
        assert_eq!(code(UNIQUE), "conflict");
    }

    #[test]
    fn first_match_answers() {
        let result = failed(Failed { constraint: Some("key"), ..UNIQUE })
            .on_constraint("key", &NAME_TAKEN)
            .on_constraint("key", &SLUG_TAKEN);
        assert_eq!(result.or_database().unwrap_err().problem().code(), "name_taken");
    }

    #[test]
    fn value_passes_whatever_is_named() {
        let result = Ok::<_, Failed>(7).on_constraint("key", &NAME_TAKEN).or_database();
        assert_eq!(result.unwrap(), 7);
    }

    #[test]
    fn violation_is_at_its_field() {
        let violation = Violation::new(Place::Body("#/name".into()), "taken", "is in use");
        let error = failed(Failed { constraint: Some("key"), ..UNIQUE })
            .on_constraint("key", violation.clone())
            .or_database()
            .unwrap_err();
        assert_eq!(error.problem().code(), "validation_failed");
        assert_eq!(error.problem().detail(), "1 field is not valid.");
        assert_eq!(error.problem().violations(), [violation]);
    }

    #[test]
    fn operators_see_the_database_error() {
        let named = Failed { constraint: Some("key"), ..UNIQUE };
        let error = failed(named).on_constraint("key", &NAME_TAKEN).or_database().unwrap_err();
        assert!(error.downcast_ref::<Failed>().is_some());
        let error = failed(named)
            .on_constraint("key", ApiError::conflict("taken").with_source("another"))
            .or_database()
            .unwrap_err();
        assert_eq!(error.chain().to_string(), "another");
        assert_eq!(error.notes().collect::<Vec<_>>(), ["text of the database"]);
    }

    #[test]
    fn kind_answers_for_whatever_was_not_named() {
        let of = |kind| code(Failed { kind, ..UNIQUE });
        assert_eq!(of(DatabaseErrorKind::UniqueViolation), "conflict");
        assert_eq!(of(DatabaseErrorKind::ForeignKeyViolation), "conflict");
        assert_eq!(of(DatabaseErrorKind::ExclusionViolation), "conflict");
        assert_eq!(of(DatabaseErrorKind::Busy), "service_unavailable");
        assert_eq!(of(DatabaseErrorKind::PoolTimeout), "service_unavailable");
        assert_eq!(of(DatabaseErrorKind::CheckViolation), "internal_error");
        assert_eq!(of(DatabaseErrorKind::NotNullViolation), "internal_error");
        assert_eq!(of(DatabaseErrorKind::Other), "internal_error");
    }
}
