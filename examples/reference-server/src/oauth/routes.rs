//! The routes of a login at a provider, and its problems.

use axum::extract::State;
use axum::response::Response;
use definable_errors::extract::{Json, Query};
use definable_errors::oauth::{Callback, LoggedIn, Login, OAuthClient};
use definable_errors::problem::{ProblemTypes, ROUTE_NOT_FOUND, SERVICE_UNAVAILABLE, Types};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, Declared};
use http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::OAuth;
use crate::accounts::{AccountError, Logins, TokenPair};
use crate::{AppState, DatabaseFailure};

/// An error of a login that succeeded at the provider.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "oauth")]
pub(super) enum OAuthLoginError {
    /// No user of this service has the address that the provider has verified.
    #[error("No user of this service has your address at the provider.")]
    #[api(status = 403)]
    UnknownUser,
}

/// Without a provider there are no such routes; one whose metadata cannot be fetched is an outage.
const OF_PROVIDER: Types = Types { own: &[&ROUTE_NOT_FOUND, &SERVICE_UNAVAILABLE], others: &[] };

/// The problem types of starting a login.
#[derive(Debug)]
pub(super) enum StartProblems {}

impl ProblemTypes for StartProblems {
    const TYPES: Types = Types { own: &[], others: &[OF_PROVIDER, Login::TYPES] };
}

/// The problem types of ending a login.
#[derive(Debug)]
pub(super) enum CallbackProblems {}

impl ProblemTypes for CallbackProblems {
    const TYPES: Types = Types {
        own: &[],
        others: &[
            OF_PROVIDER,
            Callback::TYPES,
            OAuthLoginError::TYPES,
            AccountError::TYPES,
            DatabaseFailure::TYPES,
        ],
    };
}

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/oauth/start", start).get("/oauth/callback", callback)
}

/// The operations of logins at a provider.
#[derive(OpenApi)]
#[openapi(paths(start, callback))]
pub(crate) struct Operations;

/// The query of `/oauth/start`.
#[derive(Deserialize)]
struct Start {
    #[serde(default)]
    return_to: String,
}

/// Sends the user to the provider.
#[utoipa::path(
    get, path = "/oauth/start", operation_id = "start_oauth_login", tag = "Accounts",
    params(("return_to" = Option<String>, Query, description = "The page to return to after the login: a path of this service.")),
    responses((
        status = 303, description = "To the provider.",
        headers(("Location" = String, description = "The page of the provider.")),
    )),
)]
async fn start(
    _: Public,
    State(oauth): State<OAuth>,
    request: Parts,
    Query(start): Query<Start>,
) -> Result<Response, Declared<StartProblems>> {
    let login = Login::new(oauth.client().await?, &request.headers)?;
    Ok(login.return_to(&start.return_to).redirect())
}

/// Ends a login at a provider.
///
/// Logs in the user whose address the provider has verified, with tokens of this service. The
/// provider's tokens are not needed after that, and do not leave the server.
#[utoipa::path(
    get, path = "/oauth/callback", operation_id = "end_oauth_login", tag = "Accounts",
    params(
        ("code" = Option<String>, Query, description = "The code of the provider (RFC 6749 §4.1.2)."),
        ("state" = Option<String>, Query, description = "The state of the login."),
        ("error" = Option<String>, Query, description = "Why the provider refused (RFC 6749 §4.1.2.1)."),
        ("iss" = Option<String>, Query, description = "The provider (RFC 9207)."),
    ),
    responses((status = 200, description = "The tokens of the login.", body = Session)),
)]
async fn callback(
    _: Public,
    State(oauth): State<OAuth>,
    State(logins): State<Logins>,
    request: Parts,
) -> Result<Response, Declared<CallbackProblems>> {
    let client = oauth.client().await?;
    let callback = Callback::new(client.clone(), &request)?;
    callback.complete(|login| session(client, logins, login)).await
}

/// The response to a login at a provider.
#[derive(Serialize, ToSchema)]
struct Session {
    #[serde(flatten)]
    tokens: TokenPair,
    return_to: String,
}

/// What is needed of the provider's response about a user (OpenID Connect Core §5.1).
#[derive(Deserialize)]
struct UserInfo {
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
}

async fn session(
    client: OAuthClient,
    logins: Logins,
    login: LoggedIn,
) -> Result<Json<Session>, Declared<CallbackProblems>> {
    let user: UserInfo = client.user_info(login.tokens()).await?;
    // Anyone can write any address into an account at a provider that does not verify it.
    let email = user.email.filter(|_| user.email_verified);
    let tokens = match email {
        Some(email) => logins.start_of_email(&email).await?,
        None => None,
    };
    let tokens = tokens.ok_or(OAuthLoginError::UnknownUser).map_err(ApiError::from)?;
    Ok(Json(Session { tokens, return_to: login.return_to().to_owned() }))
}
