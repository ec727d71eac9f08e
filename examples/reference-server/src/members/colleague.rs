use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::Columns;

/// A member, as other members see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Colleague {
    pub(super) user_id: Uuid,
    pub(super) email: String,
    pub(super) role: String,
    pub(super) status: String,
}

impl FromRow<'_, AnyRow> for Colleague {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            user_id: row.uuid("user_id")?,
            email: row.try_get("email")?,
            role: row.try_get("role")?,
            status: row.try_get("status")?,
        })
    }
}
