use definable_errors::extract::{IfMatch, Page, Pagination};
use definable_errors::{ApiError, DatabaseExt};
use sqlx::types::Json;
use sqlx::{Sqlite, SqliteExecutor, SqlitePool, Transaction};
use uuid::Uuid;

use super::{Kb, KbError, NewKb};

/// The constraint that keeps the names of an organization's knowledge bases apart, as PostgreSQL
/// and SQLite report it.
const NAME_KEY: (&str, &str) = ("kbs_org_id_name_key", "kbs.org_id, kbs.name");

/// Returns one page of an organization's knowledge bases, sorted by name.
pub(super) async fn list(
    pool: &SqlitePool,
    org_id: Uuid,
    pagination: Pagination,
) -> Result<Page<Kb>, ApiError> {
    let items = sqlx::query_as("SELECT * FROM kbs WHERE org_id = ? ORDER BY name LIMIT ? OFFSET ?")
        .bind(org_id.hyphenated())
        .bind(pagination.limit())
        .bind(pagination.offset())
        .fetch_all(pool)
        .await
        .or_database()?;
    let total = sqlx::query_scalar("SELECT count(*) FROM kbs WHERE org_id = ?")
        .bind(org_id.hyphenated())
        .fetch_one(pool)
        .await
        .or_database()?;
    Ok(Page::new(pagination, items, total))
}

/// Finds a knowledge base. One of another organization is reported as not found.
pub(super) async fn find(
    database: impl SqliteExecutor<'_>,
    org_id: Uuid,
    id: Uuid,
) -> Result<Kb, ApiError> {
    let found = sqlx::query_as("SELECT * FROM kbs WHERE org_id = ? AND id = ?")
        .bind(org_id.hyphenated())
        .bind(id.hyphenated())
        .fetch_optional(database)
        .await
        .or_database()?;
    Ok(found.ok_or(KbError::NotFound { id })?)
}

pub(super) async fn create(pool: &SqlitePool, org_id: Uuid, new: NewKb) -> Result<Kb, ApiError> {
    let created = sqlx::query_as(
        "INSERT INTO kbs (id, org_id, name, description, tags, settings)
         VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
    )
    .bind(Uuid::new_v4().hyphenated())
    .bind(org_id.hyphenated())
    .bind(new.name)
    .bind(new.description)
    .bind(Json(new.tags))
    .bind(Json(new.settings))
    .fetch_one(pool)
    .await;
    created.on_constraint(NAME_KEY, KbError::NameTaken).or_database()
}

pub(super) async fn replace(
    pool: &SqlitePool,
    kb: (Uuid, Uuid),
    if_match: &IfMatch,
    new: NewKb,
) -> Result<Kb, ApiError> {
    let (mut transaction, kb) = lock(pool, kb, if_match).await?;
    let replaced = sqlx::query_as(
        "UPDATE kbs SET name = ?, description = ?, tags = ?, settings = ?, version = version + 1,
         updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ? RETURNING *",
    )
    .bind(new.name)
    .bind(new.description)
    .bind(Json(new.tags))
    .bind(Json(new.settings))
    .bind(kb.id.hyphenated())
    .fetch_one(&mut *transaction)
    .await
    .on_constraint(NAME_KEY, KbError::NameTaken)
    .or_database()?;
    transaction.commit().await.or_database()?;
    Ok(replaced)
}

pub(super) async fn delete(
    pool: &SqlitePool,
    kb: (Uuid, Uuid),
    if_match: &IfMatch,
) -> Result<(), ApiError> {
    let (mut transaction, kb) = lock(pool, kb, if_match).await?;
    sqlx::query("DELETE FROM kbs WHERE id = ?")
        .bind(kb.id.hyphenated())
        .execute(&mut *transaction)
        .await
        .or_database()?;
    transaction.commit().await.or_database()
}

/// Returns the knowledge base that is about to change, locked until the transaction ends, unless the
/// client has read another state than the present one.
async fn lock(
    pool: &SqlitePool,
    (org_id, id): (Uuid, Uuid),
    if_match: &IfMatch,
) -> Result<(Transaction<'static, Sqlite>, Kb), ApiError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.or_database()?;
    let kb = find(&mut *transaction, org_id, id).await?;
    match if_match.matches(&kb.etag()) {
        true => Ok((transaction, kb)),
        false => Err(KbError::Changed)?,
    }
}
