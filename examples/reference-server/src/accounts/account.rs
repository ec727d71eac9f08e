use definable_errors::{ApiError, DatabaseExt};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqlitePool};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

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
    pub(super) async fn of_email(pool: &SqlitePool, email: &str) -> Result<Option<Self>, ApiError> {
        sqlx::query_as("SELECT id, password_hash, status FROM users WHERE email = ?")
            .bind(email)
            .fetch_optional(pool)
            .await
            .or_database()
    }
}

impl FromRow<'_, SqliteRow> for Account {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get::<Hyphenated, _>("id")?.into_uuid(),
            password_hash: row.try_get("password_hash")?,
            status: match row.try_get("status")? {
                "active" => Status::Active,
                _ => Status::Locked,
            },
        })
    }
}
