use definable_errors::auth::Principal;
use definable_errors::context::Subject;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A user whose account is not locked.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) email: String,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.id.to_string())
    }
}

impl FromRow<'_, SqliteRow> for User {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get::<Hyphenated, _>("id")?.into_uuid(),
            email: row.try_get("email")?,
        })
    }
}
