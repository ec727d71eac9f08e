//! Logins, and the tokens that they issue.

use axum::response::{IntoResponse, Response};
use definable_errors::auth::jwt::{IssuedToken, Issuer};
use definable_errors::auth::{RefreshToken, RefreshTokens};
use definable_errors::extract::Json;
use definable_errors::rate_limit::{Attempt, RateLimit};
use definable_errors::{ApiError, DatabaseExt};
use http::header::CACHE_CONTROL;
use http::request::Parts;
use serde::Serialize;
use sqlx::AnyPool;
use utoipa::ToSchema;
use uuid::Uuid;

use super::account::Status;
use super::{Account, AccountError, RefreshTable};
use crate::access::TokenKeys;

/// The claims of an access token, apart from its expiry.
#[derive(Serialize)]
struct Claims<'a> {
    id: &'a str,
}

/// A service that issues the tokens of logins.
#[derive(Debug, Clone)]
pub(crate) struct Logins {
    issuer: Issuer,
    refresh_tokens: RefreshTokens,
    failed: RateLimit,
    pool: AnyPool,
}

impl Logins {
    pub(crate) fn new(pool: AnyPool, keys: TokenKeys, failed: RateLimit) -> Self {
        Self {
            issuer: Issuer::new(keys.signing),
            refresh_tokens: RefreshTokens::new(RefreshTable::new(pool.clone())),
            failed,
            pool,
        }
    }

    /// Starts a login attempt for `email`, unless too many failed recently.
    pub(super) async fn attempt(&self, request: &Parts, email: &str) -> Result<Attempt, ApiError> {
        self.failed.attempt(request, email.to_lowercase()).await
    }

    /// Starts a login of the user with this address, which a provider has verified. Returns `None` if
    /// there is no such user.
    pub(crate) async fn start_of_email(&self, email: &str) -> Result<Option<TokenPair>, ApiError> {
        let Some(account) = Account::of_email(&self.pool, email).await? else { return Ok(None) };
        match account.status {
            Status::Active => self.start(account.id).await.map(Some),
            Status::Locked => Err(AccountError::Locked)?,
        }
    }

    pub(super) async fn start(&self, user_id: Uuid) -> Result<TokenPair, ApiError> {
        let user_id = user_id.to_string();
        let access = self.access(&user_id)?;
        let refresh = self.refresh_tokens.issue(&user_id).await?;
        Ok(TokenPair::new(&access, &refresh))
    }

    /// Issues the next tokens of a login. Ends the login if its user has been locked since.
    pub(super) async fn go_on(&self, presented: &str) -> Result<TokenPair, ApiError> {
        let refreshed = self.refresh_tokens.rotate(presented).await?;
        if !self.is_active(refreshed.subject()).await? {
            self.refresh_tokens.revoke(refreshed.token().as_str()).await?;
            return Err(ApiError::invalid_token().with_note("the user is unknown or locked"));
        }
        let access = self.access(refreshed.subject())?;
        Ok(TokenPair::new(&access, refreshed.token()))
    }

    fn access(&self, user_id: &str) -> Result<IssuedToken, ApiError> {
        self.issuer.issue(Claims { id: user_id })
    }

    async fn is_active(&self, user_id: &str) -> Result<bool, ApiError> {
        let found = sqlx::query("SELECT 1 FROM users WHERE id = $1 AND status = 'active'")
            .bind(user_id)
            .fetch_optional(&self.pool)
            .await
            .or_database()?;
        Ok(found.is_some())
    }
}

/// The response to a login (RFC 6749 §5.1).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenPair {
    /// A JWT for the `Authorization` header.
    access_token: String,
    /// It continues the login, once.
    refresh_token: String,
    token_type: &'static str,
    /// The seconds for which the access token is valid.
    expires_in: u64,
}

impl TokenPair {
    pub(super) fn new(access: &IssuedToken, refresh: &RefreshToken) -> Self {
        Self {
            access_token: access.as_str().to_owned(),
            refresh_token: refresh.as_str().to_owned(),
            token_type: "Bearer",
            expires_in: access.expires_in(),
        }
    }
}

/// Forbids caches to store the response.
impl IntoResponse for TokenPair {
    fn into_response(self) -> Response {
        ([(CACHE_CONTROL, "no-store")], Json(self)).into_response()
    }
}
