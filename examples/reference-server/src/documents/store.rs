//! The table of documents.

use definable_errors::{ApiError, DatabaseExt};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{Document, Upload};
use crate::db::timestamp;
use crate::kbs::KbError;

/// The constraint that a document's knowledge base exists.
const KB_KEY: &str = "documents_kb_id_fkey";

/// Inserts a document. One statement also checks that the knowledge base exists, because another
/// request may delete it in between. On PostgreSQL it may do so even during the statement, and
/// violates the foreign key.
pub(crate) async fn create(
    pool: &AnyPool,
    org_id: Uuid,
    kb_id: Uuid,
    upload: Upload,
) -> Result<Document, ApiError> {
    let size = i64::try_from(upload.content.len()).expect("a file is no larger than its limit");
    let created = sqlx::query_as(
        "INSERT INTO documents (id, kb_id, file_name, content_type, size, content, created_at)
         SELECT $1, id, $2, $3, $4, $5, $6 FROM kbs WHERE org_id = $7 AND id = $8
         RETURNING id, kb_id, file_name, content_type, size, created_at",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(upload.file_name)
    .bind(upload.content_type)
    .bind(size)
    .bind(&*upload.content)
    .bind(timestamp())
    .bind(org_id.to_string())
    .bind(kb_id.to_string())
    .fetch_optional(pool)
    .await
    .on_constraint(KB_KEY, KbError::NotFound { id: kb_id })
    .or_database()?;
    Ok(created.ok_or(KbError::NotFound { id: kb_id })?)
}
