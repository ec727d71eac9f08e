use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A member, as other members see it.
#[derive(Debug, Serialize)]
pub(super) struct Colleague {
    pub(super) user_id: Uuid,
    pub(super) email: String,
    pub(super) role: String,
    pub(super) status: String,
}

impl FromRow<'_, SqliteRow> for Colleague {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            user_id: row.try_get::<Hyphenated, _>("user_id")?.into_uuid(),
            email: row.try_get("email")?,
            role: row.try_get("role")?,
            status: row.try_get("status")?,
        })
    }
}
