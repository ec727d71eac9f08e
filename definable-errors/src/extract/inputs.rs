//! Several inputs of one request, whose mistakes come in one answer.

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;

use super::mistakes::Mistakes;
use crate::error::ApiError;
use crate::problem::{ProblemTypes, Types};

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
