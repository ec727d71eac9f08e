//! The texts that are searched.

use definable_errors::{ApiError, DatabaseExt};
use sqlx::SqlitePool;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A document with the beginning of its text.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) document_id: Uuid,
    pub(super) file_name: Option<String>,
    pub(super) text: String,
}

/// Returns the newest 100 texts of a knowledge base, and 8 KiB of each, which is more than most
/// models read. PDF documents are not searched.
pub(super) async fn texts(pool: &SqlitePool, kb_id: Uuid) -> Result<Vec<Text>, ApiError> {
    let found: Vec<(Hyphenated, Option<String>, Vec<u8>)> = sqlx::query_as(
        "SELECT id, file_name, substr(content, 1, 8192) FROM documents
         WHERE kb_id = $1 AND content_type IN ('text/plain', 'text/markdown')
         ORDER BY created_at DESC, id LIMIT 100",
    )
    .bind(kb_id.hyphenated())
    .fetch_all(pool)
    .await
    .or_database()?;
    Ok(found.into_iter().map(Text::from).collect())
}

impl From<(Hyphenated, Option<String>, Vec<u8>)> for Text {
    fn from((id, file_name, content): (Hyphenated, Option<String>, Vec<u8>)) -> Self {
        // The end may be in the middle of a character.
        let text = String::from_utf8_lossy(&content);
        let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER).to_owned();
        Self { document_id: id.into_uuid(), file_name, text }
    }
}
