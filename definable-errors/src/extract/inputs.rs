//! Several inputs of one request, whose mistakes come in one answer.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;

use super::refusals::{invalid, invalid_in_part};
use crate::error::ApiError;
use crate::problem::{Place, ProblemTypes, Types, VALIDATION_FAILED, Violation};

/// An extractor of several inputs that reports the mistakes of all of them in one answer.
///
/// axum extracts a handler's arguments one after the other, and the first that fails answers alone.
/// `Inputs` extracts every member of a tuple of two to eight extractors before it answers.
///
/// ```
/// use axum::{Router, routing::put};
/// use definable_errors::extract::{Inputs, Json, Pagination, Rules, Valid, Violations};
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     qty: u32,
/// }
///
/// impl Rules for Order {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.field("qty", &self.qty).range(1..);
///     }
/// }
///
/// async fn update(
///     Inputs((pagination, Valid(Json(order)))): Inputs<(Pagination, Valid<Json<Order>>)>,
/// ) -> String {
///     format!("{} on page {}", order.qty, pagination.page())
/// }
///
/// let app: Router = Router::new().route("/orders", put(update));
/// ```
///
/// As among a handler's arguments, only the last member may read the body. A tuple whose members all
/// read the head may stand before other arguments.
///
/// # Which mistake is reported
///
/// A mistake that makes the others meaningless is reported alone. In this order:
///
/// 1. A failure of the service (5xx), or a refusal for another reason than the inputs (401, 403, 404
///    …). If the head causes one, the body is not read.
/// 2. 415: the body has the wrong media type.
/// 3. 413: the body is too large.
/// 4. 400: the body or the head is malformed.
/// 5. Every value that is well-formed but not valid, of all inputs: path, query, headers, then body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs<T>(pub T);

macro_rules! tuples {
    ($($head:ident)+ ; $last:ident) => {
        #[expect(non_snake_case, reason = "the values are named like their types")]
        impl<$($head,)+ $last, S> FromRequest<S> for Inputs<($($head,)+ $last,)>
        where
            $($head: FromRequestParts<S, Rejection: Into<ApiError>> + Send,)+
            $last: FromRequest<S, Rejection: Into<ApiError>>,
            S: Send + Sync,
        {
            type Rejection = ApiError;

            async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
                let (mut parts, body) = request.into_parts();
                let mut mistakes = Mistakes::default();
                $(let $head = mistakes.note($head::from_request_parts(&mut parts, state).await)?;)+
                let request = Request::from_parts(parts, body);
                let $last = mistakes.note($last::from_request(request, state).await)?;
                match ($($head,)+ $last,) {
                    ($(Some($head),)+ Some($last),) => Ok(Self(($($head,)+ $last,))),
                    _ => Err(mistakes.into_error()),
                }
            }
        }

        #[expect(non_snake_case, reason = "the values are named like their types")]
        impl<$($head,)+ $last, S> FromRequestParts<S> for Inputs<($($head,)+ $last,)>
        where
            $($head: FromRequestParts<S, Rejection: Into<ApiError>> + Send,)+
            $last: FromRequestParts<S, Rejection: Into<ApiError>>,
            S: Send + Sync,
        {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                let mut mistakes = Mistakes::default();
                $(let $head = mistakes.note($head::from_request_parts(parts, state).await)?;)+
                let $last = mistakes.note($last::from_request_parts(parts, state).await)?;
                match ($($head,)+ $last,) {
                    ($(Some($head),)+ Some($last),) => Ok(Self(($($head,)+ $last,))),
                    _ => Err(mistakes.into_error()),
                }
            }
        }

        impl<$($head: ProblemTypes,)+ $last: ProblemTypes> ProblemTypes
            for Inputs<($($head,)+ $last,)>
        {
            const TYPES: Types = Types { own: &[], others: &[$($head::TYPES,)+ $last::TYPES] };
        }
    };
}

tuples! { A ; B }
tuples! { A B ; C }
tuples! { A B C ; D }
tuples! { A B C D ; E }
tuples! { A B C D E ; F }
tuples! { A B C D E F ; G }
tuples! { A B C D E F G ; H }

/// The mistakes in several inputs of one request.
#[derive(Debug, Default)]
struct Mistakes(Vec<ApiError>);

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
    fn into_error(mut self) -> ApiError {
        self.0.sort_by_key(rank);
        let is_one_answer = self.0.len() > 1 && rank(&self.0[0]) == Rank::Invalid;
        if is_one_answer { together(&self.0) } else { self.0.swap_remove(0) }
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
