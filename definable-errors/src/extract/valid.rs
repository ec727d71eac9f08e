//! The extractors that also check rules: [`Valid`], [`ValidWith`] and [`ValidAsync`].

use std::ops::{Deref, DerefMut};

use axum::extract::{
    FromRef, FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request,
};
use http::request::Parts;

use super::input::{BodyInput, Input, PartsInput};
use super::rules::{AsyncRules, Rules, ViolationList};
use super::source::Source;
use super::validation::{
    broken_rules, valid_from_optional_parts, valid_from_parts, valid_from_source,
};
use crate::error::ApiError;
use crate::problem::{ProblemTypes, Types};

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

/// A type that [`Valid`] can wrap: an [`Input`] whose value has [`Rules`], or a [`Batch`](super::Batch) of such items.
///
/// It is a bound on the type, so that the compiler reports which of the two is missing. A bound on
/// the impl would only report that the type is not an extractor.
pub trait HasRules {}

impl<E: Input> HasRules for E where E::Value: Rules {}

impl<E, S> FromRequest<S> for Valid<E>
where
    E: BodyInput<S>,
    E::Value: Rules,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        valid_from_source(&E::source(request, state).await?, ()).map(Self)
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
            Some(source) => valid_from_source(&source, ()).map(|input| Some(Self(input))),
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
        valid_from_parts(parts, state, ()).await.map(Self)
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
        Ok(valid_from_optional_parts(parts, state, ()).await?.map(Self))
    }
}

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
        let input = valid_from_source(&source, &context)?;
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
        let input = valid_from_source(&source, &context)?;
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
        let input = valid_from_parts(parts, state, &context).await?;
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
        let input = valid_from_optional_parts(parts, state, &context).await?;
        Ok(input.map(|input| Self(input, context)))
    }
}

/// An extractor like [`Valid`](super::Valid) that then also checks the [`AsyncRules`].
///
/// They are checked last, and only if nothing else is wrong, so no database is queried for a body
/// that is invalid anyway. If they cannot be checked, the request fails with their error.
///
/// ```
/// use axum::{Router, routing::post};
/// use definable_errors::ApiError;
/// use definable_errors::extract::{AsyncRules, Json, Rules, ValidAsync, Violations};
///
/// #[derive(serde::Deserialize)]
/// struct NewTeam {
///     name: String,
/// }
///
/// impl Rules for NewTeam {
///     fn check(&self, _: (), violations: &mut Violations<'_>) {
///         violations.field("name", &self.name).length(1..);
///     }
/// }
///
/// # #[derive(Clone)] struct Teams;
/// # impl Teams { async fn has(&self, _: &str) -> Result<bool, ApiError> { Ok(true) } }
/// impl AsyncRules<Teams> for NewTeam {
///     async fn check_async(&self, teams: &Teams, violations: &mut Violations<'_>) -> Result<(), ApiError> {
///         if teams.has(&self.name).await? {
///             violations.report("name").duplicate();
///         }
///         Ok(())
///     }
/// }
///
/// async fn create(ValidAsync(Json(team)): ValidAsync<Json<NewTeam>>) -> String {
///     team.name
/// }
///
/// let app: Router = Router::new().route("/teams", post(create)).with_state(Teams);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValidAsync<E: Input>(pub E);

/// Returns the broken asynchronous rules of an input that is valid so far.
async fn async_violations<E, S>(input: &E, state: &S) -> Result<ViolationList, ApiError>
where
    E: Input,
    E::Value: AsyncRules<S>,
{
    let mut list = ViolationList::default();
    input.value().check_async(state, &mut list.violations(())).await?;
    Ok(list)
}

/// Reads an input from the text of a body, and checks all of its rules.
async fn check_in_body<E, S>(source: Source, state: &S) -> Result<ValidAsync<E>, ApiError>
where
    E: Input,
    E::Value: Rules + AsyncRules<S>,
{
    let input: E = valid_from_source(&source, ())?;
    let list = async_violations(&input, state).await?;
    if list.is_empty() {
        Ok(ValidAsync(input))
    } else {
        Err(broken_rules::<E::Value>(&source, list))
    }
}

/// Checks the asynchronous rules of an input from the head of a request.
async fn check_in_parts<E, S>(
    input: E,
    parts: &mut Parts,
    state: &S,
) -> Result<ValidAsync<E>, ApiError>
where
    E: PartsInput<S> + Send,
    E::Value: AsyncRules<S>,
{
    let list = async_violations(&input, state).await?;
    if list.is_empty() {
        Ok(ValidAsync(input))
    } else {
        Err(broken_rules::<E::Value>(&E::source(parts).await?, list))
    }
}

impl<E, S> FromRequest<S> for ValidAsync<E>
where
    E: BodyInput<S> + Send + Sync,
    E::Value: Rules + AsyncRules<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        check_in_body(E::source(request, state).await?, state).await
    }
}

impl<E, S> OptionalFromRequest<S> for ValidAsync<E>
where
    E: BodyInput<S> + Send + Sync,
    E::Value: Rules + AsyncRules<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        match E::optional_source(request, state).await? {
            Some(source) => check_in_body(source, state).await.map(Some),
            None => Ok(None),
        }
    }
}

impl<E, S> FromRequestParts<S> for ValidAsync<E>
where
    E: PartsInput<S> + Send + Sync,
    E::Value: Rules + AsyncRules<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let input: E = valid_from_parts(parts, state, ()).await?;
        check_in_parts(input, parts, state).await
    }
}

impl<E, S> OptionalFromRequestParts<S> for ValidAsync<E>
where
    E: PartsInput<S> + OptionalFromRequestParts<S, Rejection = ApiError> + Send + Sync,
    E::Value: Rules + AsyncRules<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        match valid_from_optional_parts::<E, S, ()>(parts, state, ()).await? {
            Some(input) => check_in_parts(input, parts, state).await.map(Some),
            None => Ok(None),
        }
    }
}

macro_rules! around {
    ($($name:ident [$bound:ident $($context:ident)?])*) => {
        $(
            impl<E: $bound $(, $context)?> Deref for $name<E $(, $context)?> {
                type Target = E;

                fn deref(&self) -> &E {
                    &self.0
                }
            }

            impl<E: $bound $(, $context)?> DerefMut for $name<E $(, $context)?> {
                fn deref_mut(&mut self) -> &mut E {
                    &mut self.0
                }
            }

            /// The problems that the inner extractor can answer with.
            impl<E: $bound + ProblemTypes $(, $context)?> ProblemTypes for $name<E $(, $context)?> {
                const TYPES: Types = E::TYPES;
            }
        )*
    };
}

around! { Valid[HasRules] ValidWith[Input C] ValidAsync[Input] }
