//! Accounts, the credentials of a login, and why one is refused.

use definable_errors::problem::{INVALID_CREDENTIALS, INVALID_TOKEN, ProblemTypes, Types};
use definable_errors::rate_limit::RateLimit;
use definable_errors::{ApiError, DatabaseExt};
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::DatabaseFailure;
use crate::db::{Columns, is_storable};

/// The account that a login is checked against.
pub(super) struct Account {
    pub(super) id: Uuid,
    pub(super) password_hash: String,
    pub(super) status: Status,
}

#[derive(PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Locked,
}

impl Account {
    /// Finds the account with this email address. Upper and lower case are not distinguished.
    pub(super) async fn of_email(pool: &AnyPool, email: &str) -> Result<Option<Self>, ApiError> {
        if !is_storable(email) {
            return Ok(None);
        }
        sqlx::query_as("SELECT id, password_hash, status FROM users WHERE email = $1")
            .bind(email.to_lowercase())
            .fetch_optional(pool)
            .await
            .or_database()
    }
}

impl FromRow<'_, AnyRow> for Account {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            password_hash: row.try_get("password_hash")?,
            status: match &*row.try_get::<String, _>("status")? {
                "active" => Status::Active,
                _ => Status::Locked,
            },
        })
    }
}

/// The credentials of a login. Their lengths are bounded, because hashing a password is expensive.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    #[validate(length(max = 254))]
    #[schema(max_length = 254)]
    pub(super) email: String,
    #[validate(length(max = 1024))]
    #[schema(max_length = 1024, format = Password)]
    pub(super) password: String,
}

/// The refresh token with which a client continues its login.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Presented {
    pub(super) refresh_token: String,
}

/// An error of an account. Only a client that presented the right password receives one.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "account")]
pub(crate) enum AccountError {
    /// The account is locked. An administrator can unlock it.
    #[error("The account is locked. Ask an administrator to unlock it.")]
    #[api(status = 403)]
    Locked,
}

/// The problem types of a login.
#[derive(Debug)]
pub(super) enum LoginProblems {}

impl ProblemTypes for LoginProblems {
    const TYPES: Types = Types {
        own: &[&INVALID_CREDENTIALS],
        others: &[AccountError::TYPES, RateLimit::TYPES, DatabaseFailure::TYPES],
    };
}

/// The problem types of continuing a login.
#[derive(Debug)]
pub(super) enum RefreshProblems {}

impl ProblemTypes for RefreshProblems {
    const TYPES: Types = Types { own: &[&INVALID_TOKEN], others: &[DatabaseFailure::TYPES] };
}
