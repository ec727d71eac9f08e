use axum::extract::State;
use definable_errors::ApiError;
use definable_errors::extract::{Json, Valid};
use definable_errors::router::{GuardedRouter, Public};
use sqlx::SqlitePool;

use super::account::Status;
use super::{Account, AccountError, Credentials, Logins, Presented, TokenPair, password};
use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().post("/auth/login", login).post("/auth/refresh", refresh)
}

/// An unknown user and a wrong password take alike and are answered alike.
async fn login(
    _: Public,
    State(pool): State<SqlitePool>,
    State(logins): State<Logins>,
    Valid(Json(credentials)): Valid<Json<Credentials>>,
) -> Result<TokenPair, ApiError> {
    let account = Account::of_email(&pool, &credentials.email).await?;
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = password::is_right(credentials.password, hash).await?;
    match account.filter(|_| is_right) {
        Some(account) if account.status == Status::Active => logins.start(account.id).await,
        Some(_) => Err(AccountError::Locked)?,
        None => Err(ApiError::invalid_credentials()),
    }
}

async fn refresh(
    _: Public,
    State(logins): State<Logins>,
    Json(presented): Json<Presented>,
) -> Result<TokenPair, ApiError> {
    logins.go_on(&presented.refresh_token).await
}
