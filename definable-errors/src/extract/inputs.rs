use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;

use super::mistakes::Mistakes;
use crate::error::ApiError;
use crate::problem::{ProblemTypes, Types};

/// Several inputs of one request, whose mistakes are reported in one answer.
///
/// Handlers read their arguments one after the other, and the first that fails is the whole answer.
/// `Inputs` reads all of them.
///
/// ```
/// use axum::{Router, routing::put};
/// use definable_errors::extract::{BrokenRules, Inputs, Json, Pagination, Rules, Valid};
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     qty: u32,
/// }
///
/// impl Rules for Order {
///     fn check(&self, _: (), broken: &mut BrokenRules<'_>) {
///         if self.qty == 0 {
///             broken.field("qty").range(1..);
///         }
///     }
/// }
///
/// async fn update(
///     Inputs(pagination, (), Valid(Json(order))): Inputs<Pagination, (), Valid<Json<Order>>>,
/// ) -> String {
///     format!("{} on page {}", order.qty, pagination.page())
/// }
///
/// let app: Router = Router::new().route("/orders", put(update));
/// ```
///
/// The first two are read from the head of the request, the last from its body; `()` takes the
/// place of an input that is not needed. If all three are read from the head, the result is an
/// extractor that may appear at any position and may be one of three again, so any number fits:
/// `Inputs<Path<_>, Inputs<Query<_>, Header<_>>, Json<_>>`.
///
/// # Precedence of mistakes
///
/// A mistake that makes all others meaningless is reported first, and alone:
///
/// 1. A failure of the service (5xx), then any rejection for a reason other than the inputs (401,
///    403, 404 …). If the head has one, the body is not read.
/// 2. 415: the body has an unsupported type.
/// 3. 413: the body is too large.
/// 4. 400: the body, or the head, is malformed.
/// 5. Everything that is well-formed but not valid, of all inputs: path, query, header, then body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs<P, Q, B = ()>(pub P, pub Q, pub B);

impl<P, Q, B, S> FromRequest<S> for Inputs<P, Q, B>
where
    P: FromRequestParts<S, Rejection: Into<ApiError>> + Send,
    Q: FromRequestParts<S, Rejection: Into<ApiError>> + Send,
    B: FromRequest<S, Rejection: Into<ApiError>>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let mut mistakes = Mistakes::default();
        let first = mistakes.note(P::from_request_parts(&mut parts, state).await)?;
        let second = mistakes.note(Q::from_request_parts(&mut parts, state).await)?;
        let third =
            mistakes.note(B::from_request(Request::from_parts(parts, body), state).await)?;
        match (first, second, third) {
            (Some(first), Some(second), Some(third)) => Ok(Self(first, second, third)),
            _ => Err(mistakes.into_error()),
        }
    }
}

impl<P, Q, B, S> FromRequestParts<S> for Inputs<P, Q, B>
where
    P: FromRequestParts<S, Rejection: Into<ApiError>> + Send,
    Q: FromRequestParts<S, Rejection: Into<ApiError>> + Send,
    B: FromRequestParts<S, Rejection: Into<ApiError>>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let mut mistakes = Mistakes::default();
        let first = mistakes.note(P::from_request_parts(parts, state).await)?;
        let second = mistakes.note(Q::from_request_parts(parts, state).await)?;
        let third = mistakes.note(B::from_request_parts(parts, state).await)?;
        match (first, second, third) {
            (Some(first), Some(second), Some(third)) => Ok(Self(first, second, third)),
            _ => Err(mistakes.into_error()),
        }
    }
}

/// The problems that any of the inputs can answer with.
impl<P: ProblemTypes, Q: ProblemTypes, B: ProblemTypes> ProblemTypes for Inputs<P, Q, B> {
    const TYPES: Types = Types { own: &[], others: &[P::TYPES, Q::TYPES, B::TYPES] };
}
