//! The statuses that a service changes: that of invalid input, and those of single problem types.

use http::StatusCode;

use crate::error::ApiError;
use crate::problem::{ErrorStatus, Place, Problem, ProblemType, VALIDATION_FAILED};

/// The status of `validation_failed`, by the input that is not valid; set by
/// [`ApiErrorLayer::validation_status`](super::ApiErrorLayer::validation_status).
///
/// Many services answer 422 for a body and 400 for everything else:
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::layer::ValidationStatus;
///
/// let layer = ApiErrorLayer::new().validation_status(ValidationStatus::new(400).body(422));
/// # let _ = layer;
/// ```
///
/// If inputs with different statuses are invalid, the answer is 400. An error without violations
/// does not name the input: if it is a 422, as axum's rejections of bodies are, it counts as one of
/// the body, else as one of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct ValidationStatus {
    body: ErrorStatus,
    query: ErrorStatus,
    path: ErrorStatus,
    header: ErrorStatus,
    cookie: ErrorStatus,
}

impl ValidationStatus {
    /// Sets one status for all inputs.
    ///
    /// # Panics
    ///
    /// Panics if `status` is neither 400 nor 422.
    pub const fn new(status: u16) -> Self {
        let all = checked(status);
        Self { body: all, query: all, path: all, header: all, cookie: all }
    }

    /// Sets the status for bodies: JSON, forms and files.
    ///
    /// # Panics
    ///
    /// Panics if `status` is neither 400 nor 422.
    pub const fn body(self, status: u16) -> Self {
        Self { body: checked(status), ..self }
    }

    /// Sets the status for the query.
    ///
    /// # Panics
    ///
    /// Panics if `status` is neither 400 nor 422.
    pub const fn query(self, status: u16) -> Self {
        Self { query: checked(status), ..self }
    }

    /// Sets the status for parameters of the path.
    ///
    /// # Panics
    ///
    /// Panics if `status` is neither 400 nor 422.
    pub const fn path(self, status: u16) -> Self {
        Self { path: checked(status), ..self }
    }

    /// Sets the status for header fields.
    ///
    /// # Panics
    ///
    /// Panics if `status` is neither 400 nor 422.
    pub const fn header(self, status: u16) -> Self {
        Self { header: checked(status), ..self }
    }

    /// Sets the status for cookies.
    ///
    /// # Panics
    ///
    /// Panics if `status` is neither 400 nor 422.
    pub const fn cookie(self, status: u16) -> Self {
        Self { cookie: checked(status), ..self }
    }

    fn of(&self, problem: &Problem) -> ErrorStatus {
        let statuses = problem.violations().iter().map(|violation| self.at(violation.place()));
        statuses.min().unwrap_or(match problem.status() {
            ErrorStatus::UNPROCESSABLE_ENTITY => self.body,
            _ => self.query,
        })
    }

    /// Returns the statuses of all inputs, each once.
    #[cfg(any(feature = "catalog", feature = "openapi"))]
    fn all(self) -> Vec<ErrorStatus> {
        let Self { body, query, path, header, cookie } = self;
        let mut all = vec![body, query, path, header, cookie];
        all.sort_unstable();
        all.dedup();
        all
    }

    const fn at(&self, place: &Place) -> ErrorStatus {
        match place {
            Place::Body(_) | Place::Form(_) => self.body,
            Place::Query(_) => self.query,
            Place::Path(_) => self.path,
            Place::Header(_) => self.header,
            Place::Cookie(_) => self.cookie,
        }
    }
}

/// One status for all inputs.
///
/// # Panics
///
/// Panics if `status` is neither 400 nor 422.
impl From<u16> for ValidationStatus {
    fn from(status: u16) -> Self {
        Self::new(status)
    }
}

const fn checked(status: u16) -> ErrorStatus {
    assert!(matches!(status, 400 | 422), "the validation status is 400 or 422");
    ErrorStatus::from_static(status)
}

/// All statuses that a service changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Statuses {
    validation: Option<ValidationStatus>,
    types: Vec<(&'static ProblemType, ErrorStatus)>,
}

impl Statuses {
    pub(super) fn set_validation(&mut self, status: ValidationStatus) {
        self.types.retain(|(known, _)| **known != VALIDATION_FAILED);
        self.validation = Some(status);
    }

    /// Sets the status of a type.
    ///
    /// # Panics
    ///
    /// Panics if the class of the status is not that of the type.
    pub(super) fn set(&mut self, problem_type: &'static ProblemType, status: StatusCode) {
        let usual = problem_type.status();
        let is_same_class =
            |status: &ErrorStatus| status.is_client_error() == usual.is_client_error();
        let changed = ErrorStatus::try_from(status).ok().filter(is_same_class);
        let Some(changed) = changed else {
            panic!("`{}` is a {usual}, so it cannot be a {}", problem_type.code(), status.as_u16());
        };
        self.types.retain(|(known, _)| *known != problem_type);
        self.types.push((problem_type, changed));
    }

    /// Whether the status of a type other than `validation_failed` may be changed.
    pub(super) fn has_types(&self) -> bool {
        !self.types.is_empty()
    }

    /// Gives an error the status that the service has set for it.
    pub(super) fn apply(&self, error: ApiError) -> ApiError {
        match self.of(error.problem()) {
            Some(status) if status != error.problem().status() => {
                error.map_problem(|problem| problem.with_status(status))
            }
            _ => error,
        }
    }

    /// Returns the statuses that problems of a type get, each once, or `None` if they keep their own.
    #[cfg(any(feature = "catalog", feature = "openapi"))]
    pub(super) fn changed(&self, problem_type: &ProblemType) -> Option<Vec<ErrorStatus>> {
        if let Some((_, status)) = self.types.iter().find(|(known, _)| *known == problem_type) {
            return Some(vec![*status]);
        }
        let validation = self.validation.filter(|_| *problem_type == VALIDATION_FAILED);
        validation.map(ValidationStatus::all)
    }

    fn of(&self, problem: &Problem) -> Option<ErrorStatus> {
        let problem_type = problem.problem_type();
        let of_type = self.types.iter().find(|(known, _)| *known == problem_type);
        if let Some((_, status)) = of_type {
            return Some(*status);
        }
        let validation = self.validation.as_ref()?;
        (*problem_type == VALIDATION_FAILED).then(|| validation.of(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Pointer;

    #[test]
    fn problem_without_violations_is_about_the_body_if_its_status_is_422() {
        let statuses = ValidationStatus::new(400).body(422);
        let of = |status| statuses.of(&Problem::new(&VALIDATION_FAILED).with_status(status));
        let (bad_request, unprocessable) =
            (ErrorStatus::BAD_REQUEST, ErrorStatus::UNPROCESSABLE_ENTITY);
        assert_eq!([bad_request, unprocessable].map(of), [bad_request, unprocessable]);
    }

    #[test]
    fn each_input_has_the_status_that_was_set_for_it() {
        let places = || {
            [
                Place::Body(Pointer::root().into()),
                Place::Query("q".into()),
                Place::Path("id".into()),
                Place::Header("x-a".into()),
                Place::Cookie("c".into()),
            ]
        };
        let all = |statuses: ValidationStatus| places().map(|place| statuses.at(&place).as_u16());
        let usual = ValidationStatus::new(400);
        assert_eq!(all(usual), [400; 5]);
        assert_eq!(all(usual.body(422)), [422, 400, 400, 400, 400]);
        assert_eq!(all(usual.query(422)), [400, 422, 400, 400, 400]);
        assert_eq!(all(usual.path(422)), [400, 400, 422, 400, 400]);
        assert_eq!(all(usual.header(422)), [400, 400, 400, 422, 400]);
        assert_eq!(all(usual.cookie(422)), [400, 400, 400, 400, 422]);
    }
}
