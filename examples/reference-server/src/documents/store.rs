use definable_errors::{ApiError, DatabaseExt};
use sqlx::SqlitePool;
use uuid::Uuid;

use super::{Document, Upload};
use crate::kbs::KbError;

/// Inserts a document. One statement also checks that the knowledge base exists, because another
/// request may delete it in between.
pub(crate) async fn create(
    pool: &SqlitePool,
    org_id: Uuid,
    kb_id: Uuid,
    upload: Upload,
) -> Result<Document, ApiError> {
    let size = i64::try_from(upload.content.len()).expect("a file is no larger than its limit");
    let created = sqlx::query_as(
        "INSERT INTO documents (id, kb_id, file_name, content_type, size, content)
         SELECT ?, id, ?, ?, ?, ? FROM kbs WHERE org_id = ? AND id = ?
         RETURNING id, kb_id, file_name, content_type, size, created_at",
    )
    .bind(Uuid::new_v4().hyphenated())
    .bind(upload.file_name)
    .bind(upload.content_type)
    .bind(size)
    .bind(&*upload.content)
    .bind(org_id.hyphenated())
    .bind(kb_id.hyphenated())
    .fetch_optional(pool)
    .await
    .or_database()?;
    Ok(created.ok_or(KbError::NotFound { id: kb_id })?)
}
