//! The texts that are searched.

use definable_errors::{ApiError, DatabaseExt};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Error, FromRow, Row};
use uuid::Uuid;

use crate::db::Columns;

/// A document with the beginning of its text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) document_id: Uuid,
    pub(super) file_name: Option<String>,
    pub(super) text: String,
}

/// Returns the newest 100 texts of a knowledge base, and 8 KiB of each, which is more than most
/// models read. PDF documents are not searched.
pub(super) async fn texts(pool: &AnyPool, kb_id: Uuid) -> Result<Vec<Text>, ApiError> {
    sqlx::query_as(
        "SELECT id, file_name, substr(content, 1, 8192) AS beginning FROM documents
         WHERE kb_id = $1 AND content_type IN ('text/plain', 'text/markdown')
         ORDER BY created_at DESC, id LIMIT 100",
    )
    .bind(kb_id.to_string())
    .fetch_all(pool)
    .await
    .or_database()
}

impl FromRow<'_, AnyRow> for Text {
    fn from_row(row: &AnyRow) -> Result<Self, Error> {
        // SQLite returns NULL for the beginning of an empty BLOB.
        let content: Option<Vec<u8>> = row.try_get("beginning")?;
        let content = content.unwrap_or_default();
        // The end may be in the middle of a character.
        let text = String::from_utf8_lossy(&content);
        let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned();
        Ok(Self { document_id: row.uuid("id")?, file_name: row.try_get("file_name")?, text })
    }
}
