//! The table of knowledge bases.

use definable_errors::extract::{IfMatch, Page, Pagination};
use definable_errors::{ApiError, DatabaseExt};
use sqlx::{Any, AnyPool, Transaction};
use uuid::Uuid;

use super::{Kb, KbError, NewKb};
use crate::db::{json, timestamp};

/// The constraint that keeps the names of an organization's knowledge bases apart, as PostgreSQL
/// and SQLite report it.
const NAME_KEY: (&str, &str) = ("kbs_org_id_name_key", "kbs.org_id, kbs.name");

/// Returns one page of an organization's knowledge bases, sorted by name.
pub(super) async fn list(
    pool: &AnyPool,
    org_id: Uuid,
    pagination: Pagination,
) -> Result<Page<Kb>, ApiError> {
    let items =
        sqlx::query_as("SELECT * FROM kbs WHERE org_id = $1 ORDER BY name LIMIT $2 OFFSET $3")
            .bind(org_id.to_string())
            .bind(pagination.limit())
            .bind(pagination.offset())
            .fetch_all(pool)
            .await
            .or_database()?;
    let total: i64 = sqlx::query_scalar("SELECT count(*) FROM kbs WHERE org_id = $1")
        .bind(org_id.to_string())
        .fetch_one(pool)
        .await
        .or_database()?;
    Ok(Page::new(pagination, items, total.unsigned_abs()))
}

/// Finds a knowledge base. One of another organization is reported as not found.
pub(super) async fn find(pool: &AnyPool, org_id: Uuid, id: Uuid) -> Result<Kb, ApiError> {
    let found = sqlx::query_as("SELECT * FROM kbs WHERE org_id = $1 AND id = $2")
        .bind(org_id.to_string())
        .bind(id.to_string())
        .fetch_optional(pool)
        .await
        .or_database()?;
    Ok(found.ok_or(KbError::NotFound { id })?)
}

pub(super) async fn create(pool: &AnyPool, org_id: Uuid, new: NewKb) -> Result<Kb, ApiError> {
    let created = sqlx::query_as(
        "INSERT INTO kbs (id, org_id, name, description, tags, settings, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING *",
    )
    .bind(Uuid::new_v4().to_string())
    .bind(org_id.to_string())
    .bind(new.name)
    .bind(new.description)
    .bind(json(&new.tags)?)
    .bind(json(&new.settings)?)
    .bind(timestamp())
    .fetch_one(pool)
    .await;
    created.on_constraint(NAME_KEY, KbError::NameTaken).or_database()
}

pub(super) async fn replace(
    pool: &AnyPool,
    kb: (Uuid, Uuid),
    if_match: &IfMatch,
    new: NewKb,
) -> Result<Kb, ApiError> {
    let (mut transaction, kb) = lock(pool, kb, if_match).await?;
    let replaced = sqlx::query_as(
        "UPDATE kbs SET name = $1, description = $2, tags = $3, settings = $4, updated_at = $5,
         version = version + 1 WHERE id = $6 RETURNING *",
    )
    .bind(new.name)
    .bind(new.description)
    .bind(json(&new.tags)?)
    .bind(json(&new.settings)?)
    .bind(timestamp())
    .bind(kb.id.to_string())
    .fetch_one(&mut *transaction)
    .await
    .on_constraint(NAME_KEY, KbError::NameTaken)
    .or_database()?;
    transaction.commit().await.or_database()?;
    Ok(replaced)
}

pub(super) async fn delete(
    pool: &AnyPool,
    kb: (Uuid, Uuid),
    if_match: &IfMatch,
) -> Result<(), ApiError> {
    let (mut transaction, kb) = lock(pool, kb, if_match).await?;
    sqlx::query("DELETE FROM kbs WHERE id = $1")
        .bind(kb.id.to_string())
        .execute(&mut *transaction)
        .await
        .or_database()?;
    transaction.commit().await.or_database()
}

/// Returns the knowledge base that is about to change, locked until the transaction ends, unless the
/// client has read another state than the present one.
async fn lock(
    pool: &AnyPool,
    (org_id, id): (Uuid, Uuid),
    if_match: &IfMatch,
) -> Result<(Transaction<'static, Any>, Kb), ApiError> {
    let mut transaction = pool.begin().await.or_database()?;
    // An update that changes nothing locks the row on both databases.
    let locked: Option<Kb> = sqlx::query_as(
        "UPDATE kbs SET version = version WHERE org_id = $1 AND id = $2 RETURNING *",
    )
    .bind(org_id.to_string())
    .bind(id.to_string())
    .fetch_optional(&mut *transaction)
    .await
    .or_database()?;
    let kb = locked.ok_or(KbError::NotFound { id })?;
    if if_match.matches(&kb.etag()) { Ok((transaction, kb)) } else { Err(KbError::Changed)? }
}
