use super::refusals::{invalid, invalid_in_part};
use crate::error::ApiError;
use crate::problem::{Place, VALIDATION_FAILED, Violation};

/// The mistakes in several inputs of one request.
#[derive(Debug, Default)]
pub(super) struct Mistakes(Vec<ApiError>);

/// The subject of a mistake, by precedence: the first makes those below meaningless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Not about the inputs.
    Other,
    MediaType,
    Size,
    Malformed,
    Invalid,
}

impl Mistakes {
    /// Returns the value, or `None` after noting what is wrong with it.
    ///
    /// # Errors
    ///
    /// Returns an error if no other mistake matters any more.
    pub(super) fn note<T, R: Into<ApiError>>(
        &mut self,
        read: Result<T, R>,
    ) -> Result<Option<T>, ApiError> {
        let error = match read {
            Ok(value) => return Ok(Some(value)),
            Err(rejection) => rejection.into(),
        };
        match rank(&error) {
            Rank::Other => Err(error),
            _ => {
                self.0.push(error);
                Ok(None)
            }
        }
    }

    /// Combines the mistakes into the error for the client.
    pub(super) fn into_error(mut self) -> ApiError {
        self.0.sort_by_key(rank);
        let is_one_answer = self.0.len() > 1 && rank(&self.0[0]) == Rank::Invalid;
        match is_one_answer {
            true => together(&self.0),
            false => self.0.swap_remove(0),
        }
    }
}

fn rank(error: &ApiError) -> Rank {
    let problem = error.problem();
    match problem.status().as_u16() {
        _ if problem.code() == VALIDATION_FAILED.code() => Rank::Invalid,
        415 => Rank::MediaType,
        413 => Rank::Size,
        400 | 422 => Rank::Malformed,
        _ => Rank::Other,
    }
}

/// Combines all violations, and the private part of each error.
fn together(errors: &[ApiError]) -> ApiError {
    let violations = errors.iter().flat_map(|error| error.problem().violations());
    let mut violations: Vec<_> = violations.cloned().collect();
    violations.sort_by_key(order);
    let notes = errors.iter().flat_map(ApiError::notes);
    let is_cut = errors.iter().any(|error| error.problem().is_truncated());
    let error = if is_cut { invalid_in_part(violations) } else { invalid(violations) };
    notes.fold(error, |error, note| error.with_note(note.to_owned()))
}

/// Sorts places in the order in which a request is written.
const fn order(violation: &Violation) -> u8 {
    match violation.place() {
        Place::Path(_) => 0,
        Place::Query(_) => 1,
        Place::Header(_) => 2,
        Place::Cookie(_) => 3,
        Place::Form(_) | Place::Body(_) => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(places: impl IntoIterator<Item = Place>) -> ApiError {
        let violation = |place| Violation::new(place, "required", "is required");
        ApiError::validation_failed(places.into_iter().map(violation))
    }

    fn reported(errors: impl IntoIterator<Item = ApiError>) -> ApiError {
        let mut mistakes = Mistakes::default();
        for error in errors {
            if let Err(error) = mistakes.note(Err::<(), _>(error)) {
                return error;
            }
        }
        mistakes.into_error()
    }

    fn code(errors: impl IntoIterator<Item = ApiError>) -> &'static str {
        reported(errors).problem().code()
    }

    #[test]
    fn what_makes_the_rest_meaningless_is_told_alone() {
        let query = || refused([Place::Query("page".into())]);
        let media_type = || ApiError::unsupported_media_type("application/json");
        let size = || ApiError::payload_too_large(8);
        let malformed = || ApiError::malformed_body("The body is empty.");
        assert_eq!(code([query(), malformed()]), "malformed_body");
        assert_eq!(code([malformed(), size()]), "payload_too_large");
        assert_eq!(code([malformed(), media_type()]), "unsupported_media_type");
        assert_eq!(code([query(), ApiError::internal_error()]), "internal_error");
        assert_eq!(code([media_type(), ApiError::unauthorized("Who?")]), "unauthorized");
        assert_eq!(code([ApiError::forbidden("No."), ApiError::internal_error()]), "forbidden");
    }

    #[test]
    fn what_is_not_valid_comes_in_the_order_of_a_request() {
        let error = reported([
            refused([Place::Header("etag".into())]),
            refused([Place::Body("#/b".into()), Place::Body("#/a".into())]).with_note("noted"),
            refused([Place::Path("id".into())]),
        ]);
        let places = error.problem().violations().iter().map(Violation::place);
        let expected = [
            Place::Path("id".into()),
            Place::Header("etag".into()),
            Place::Body("#/b".into()),
            Place::Body("#/a".into()),
        ];
        assert!(places.eq(&expected));
        assert_eq!(error.problem().detail(), "4 fields are not valid.");
        assert_eq!(error.notes().collect::<Vec<_>>(), ["noted"]);
    }

    #[test]
    fn a_hundred_are_told_of_all_of_them() {
        let many = |count| refused((0..count).map(|_| Place::Query("q".into())));
        assert!(!reported([many(50), many(50)]).problem().is_truncated());
        assert!(reported([many(50), many(51)]).problem().is_truncated());
        assert!(reported([many(101)]).problem().is_truncated());
    }
}
