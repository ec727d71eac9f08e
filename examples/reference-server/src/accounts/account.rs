use definable_errors::{ApiError, DatabaseExt};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use uuid::Uuid;

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
