use axum::extract::{
    FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request,
};
use http::request::Parts;

use super::checked::{from_optional_parts, from_parts, from_source, refusal_of};
use super::input::{BodyInput, Input, PartsInput};
use super::rules::{AsyncRules, Rules, ViolationList};
use super::source::Source;
use crate::error::ApiError;

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
async fn asked<E, S>(input: &E, state: &S) -> Result<ViolationList, ApiError>
where
    E: Input,
    E::Value: AsyncRules<S>,
{
    let mut list = ViolationList::default();
    input.value().check_async(state, &mut list.violations(())).await?;
    Ok(list)
}

async fn in_body<E, S>(source: Source, state: &S) -> Result<ValidAsync<E>, ApiError>
where
    E: Input,
    E::Value: Rules + AsyncRules<S>,
{
    let input: E = from_source(&source, ())?;
    let list = asked(&input, state).await?;
    match list.is_empty() {
        true => Ok(ValidAsync(input)),
        false => Err(refusal_of::<E::Value>(&source, list)),
    }
}

async fn in_parts<E, S>(input: E, parts: &mut Parts, state: &S) -> Result<ValidAsync<E>, ApiError>
where
    E: PartsInput<S> + Send,
    E::Value: AsyncRules<S>,
{
    let list = asked(&input, state).await?;
    match list.is_empty() {
        true => Ok(ValidAsync(input)),
        false => Err(refusal_of::<E::Value>(&E::source(parts).await?, list)),
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
        in_body(E::source(request, state).await?, state).await
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
            Some(source) => in_body(source, state).await.map(Some),
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
        let input: E = from_parts(parts, state, ()).await?;
        in_parts(input, parts, state).await
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
        match from_optional_parts::<E, S, ()>(parts, state, ()).await? {
            Some(input) => in_parts(input, parts, state).await.map(Some),
            None => Ok(None),
        }
    }
}
