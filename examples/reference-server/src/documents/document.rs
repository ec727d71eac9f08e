use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::Columns;

/// A document, as clients receive it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Document {
    id: Uuid,
    kb_id: Uuid,
    file_name: Option<String>,
    content_type: String,
    /// In bytes.
    size: i64,
    #[schema(format = DateTime)]
    created_at: String,
}

impl FromRow<'_, AnyRow> for Document {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            kb_id: row.uuid("kb_id")?,
            file_name: row.try_get("file_name")?,
            content_type: row.try_get("content_type")?,
            size: row.try_get("size")?,
            created_at: row.try_get("created_at")?,
        })
    }
}
