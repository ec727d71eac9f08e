use axum::extract::{
    FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request,
};
use http::request::Parts;

use super::Batch;
use super::checked::{from_optional_parts, from_parts, from_source};
use super::input::{BodyInput, Input, PartsInput};
use super::rules::Rules;
use crate::error::ApiError;

/// An extractor that also checks the [`Rules`] of the value it reads.
///
/// It wraps any extractor of this library that reads what a client sent. Mistakes of type and
/// broken rules are reported in one answer.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::extract::{Json, Rules, Valid, Violations};
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     qty: u32,
/// }
///
/// impl Rules for Order {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.field("qty", &self.qty).range(1..=10);
///     }
/// }
///
/// async fn create(Valid(Json(order)): Valid<Json<Order>>) -> String {
///     order.qty.to_string()
/// }
///
/// let app: Router = Router::new().route("/orders", post(create));
/// ```
///
/// `Option<Valid<E>>` is `None` if the client sent nothing; what it did send has to be valid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Valid<E: HasRules>(pub E);

/// A type that [`Valid`] can wrap: an [`Input`] whose value has [`Rules`], or a [`Batch`] of such items.
///
/// It is a bound on the type, so that the compiler reports which of the two is missing. A bound on
/// the impl would only report that the type is not an extractor.
pub trait HasRules {}

impl<E: Input> HasRules for E where E::Value: Rules {}

impl<T: Rules, const MAX: usize> HasRules for Batch<T, MAX> {}

impl<E, S> FromRequest<S> for Valid<E>
where
    E: BodyInput<S>,
    E::Value: Rules,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        from_source(&E::source(request, state).await?, ()).map(Self)
    }
}

impl<E, S> OptionalFromRequest<S> for Valid<E>
where
    E: BodyInput<S>,
    E::Value: Rules,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        match E::optional_source(request, state).await? {
            Some(source) => from_source(&source, ()).map(|input| Some(Self(input))),
            None => Ok(None),
        }
    }
}

impl<E, S> FromRequestParts<S> for Valid<E>
where
    E: PartsInput<S> + Send,
    E::Value: Rules,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        from_parts(parts, state, ()).await.map(Self)
    }
}

impl<E, S> OptionalFromRequestParts<S> for Valid<E>
where
    E: PartsInput<S> + OptionalFromRequestParts<S, Rejection = ApiError> + Send,
    E::Value: Rules,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        Ok(from_optional_parts(parts, state, ()).await?.map(Self))
    }
}
