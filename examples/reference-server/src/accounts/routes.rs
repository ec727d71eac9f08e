//! The routes of logins.

use axum::extract::State;
use definable_errors::extract::{Json, Valid};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, Declared};
use http::request::Parts;
use sqlx::AnyPool;
use utoipa::OpenApi;

use super::account::Status;
use super::{
    Account, AccountError, Credentials, LoginProblems, Logins, Presented, RefreshProblems,
    TokenPair, password,
};
use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().post("/auth/login", login).post("/auth/refresh", refresh)
}

/// The operations of logins.
#[derive(OpenApi)]
#[openapi(paths(login, refresh))]
pub(crate) struct Operations;

/// Logs in.
///
/// An unknown user and a wrong password take equally long, get the same response, and are
/// the only attempts that count as failed.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "login", tag = "Accounts",
    request_body = Credentials,
    responses((status = 200, description = "The tokens of the login.", body = TokenPair)),
)]
async fn login(
    _: Public,
    State(pool): State<AnyPool>,
    State(logins): State<Logins>,
    request: Parts,
    Valid(Json(credentials)): Valid<Json<Credentials>>,
) -> Result<TokenPair, Declared<LoginProblems>> {
    let attempt = logins.attempt(&request, &credentials.email).await?;
    let account = Account::of_email(&pool, &credentials.email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = password::is_right(credentials.password, hash).await?;
    let account = account.filter(|_| is_right).ok_or_else(ApiError::invalid_credentials)?;
    attempt.refund();
    match account.status {
        Status::Active => Ok(logins.start(account.id).await?),
        Status::Locked => Err(ApiError::from(AccountError::Locked))?,
    }
}

/// Continues a login with its refresh token, which is valid once.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refresh", tag = "Accounts",
    request_body = Presented,
    responses((status = 200, description = "The next tokens of the login.", body = TokenPair)),
)]
async fn refresh(
    _: Public,
    State(logins): State<Logins>,
    Json(presented): Json<Presented>,
) -> Result<TokenPair, Declared<RefreshProblems>> {
    Ok(logins.go_on(&presented.refresh_token).await?)
}
