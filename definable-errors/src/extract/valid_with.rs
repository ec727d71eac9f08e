use axum::extract::{
    FromRef, FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request,
};
use http::request::Parts;

use super::checked::{from_optional_parts, from_parts, from_source};
use super::input::{BodyInput, Input, PartsInput};
use super::rules::Rules;
use crate::error::ApiError;

/// An extractor like [`Valid`](super::Valid), for rules that need a context from the state of the
/// router.
///
/// The context is any part of the state that [`FromRef`] provides, and the handler receives it too.
///
/// ```
/// use axum::{Router, extract::FromRef, routing::post};
/// use definable_errors::extract::{Json, Rules, ValidWith, Violations};
///
/// #[derive(Clone)]
/// struct Limits {
///     qty: u32,
/// }
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     qty: u32,
/// }
///
/// impl Rules<&Limits> for Order {
///     fn check(&self, limits: &Limits, violations: &mut Violations<'_, &Limits>) {
///         violations.field("qty", &self.qty).range(..=limits.qty);
///     }
/// }
///
/// async fn create(ValidWith(Json(order), _): ValidWith<Json<Order>, Limits>) -> String {
///     order.qty.to_string()
/// }
///
/// let app: Router =
///     Router::new().route("/orders", post(create)).with_state(Limits { qty: 10 });
/// ```
///
/// With `validator` the attribute is `#[validate(context = Limits)]`, with `garde`
/// `#[garde(context(Limits))]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValidWith<E: Input, C>(pub E, pub C);

impl<E, C, S> FromRequest<S> for ValidWith<E, C>
where
    E: BodyInput<S>,
    E::Value: for<'c> Rules<&'c C>,
    C: FromRef<S> + Send + Sync,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let source = E::source(request, state).await?;
        let context = C::from_ref(state);
        let input = from_source(&source, &context)?;
        Ok(Self(input, context))
    }
}

impl<E, C, S> OptionalFromRequest<S> for ValidWith<E, C>
where
    E: BodyInput<S>,
    E::Value: for<'c> Rules<&'c C>,
    C: FromRef<S> + Send + Sync,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        let Some(source) = E::optional_source(request, state).await? else {
            return Ok(None);
        };
        let context = C::from_ref(state);
        let input = from_source(&source, &context)?;
        Ok(Some(Self(input, context)))
    }
}

impl<E, C, S> FromRequestParts<S> for ValidWith<E, C>
where
    E: PartsInput<S> + Send,
    E::Value: for<'c> Rules<&'c C>,
    C: FromRef<S> + Send + Sync,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let context = C::from_ref(state);
        let input = from_parts(parts, state, &context).await?;
        Ok(Self(input, context))
    }
}

impl<E, C, S> OptionalFromRequestParts<S> for ValidWith<E, C>
where
    E: PartsInput<S> + OptionalFromRequestParts<S, Rejection = ApiError> + Send,
    E::Value: for<'c> Rules<&'c C>,
    C: FromRef<S> + Send + Sync,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        let context = C::from_ref(state);
        let input = from_optional_parts(parts, state, &context).await?;
        Ok(input.map(|input| Self(input, context)))
    }
}
