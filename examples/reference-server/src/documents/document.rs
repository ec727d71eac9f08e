use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A document, as clients receive it.
#[derive(Debug, Serialize)]
pub(crate) struct Document {
    id: Uuid,
    kb_id: Uuid,
    file_name: Option<String>,
    content_type: String,
    size: i64,
    created_at: String,
}

impl FromRow<'_, SqliteRow> for Document {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get::<Hyphenated, _>("id")?.into_uuid(),
            kb_id: row.try_get::<Hyphenated, _>("kb_id")?.into_uuid(),
            file_name: row.try_get("file_name")?,
            content_type: row.try_get("content_type")?,
            size: row.try_get("size")?,
            created_at: row.try_get("created_at")?,
        })
    }
}
