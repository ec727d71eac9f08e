use definable_errors::auth::Principal;
use definable_errors::context::Subject;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use crate::db::Columns;

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

impl FromRow<'_, AnyRow> for User {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self { id: row.uuid("id")?, email: row.try_get("email")? })
    }
}
