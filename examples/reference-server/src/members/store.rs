use definable_errors::extract::{Page, Pagination};
use definable_errors::{ApiError, DatabaseExt};
use sqlx::{Error, SqliteExecutor, SqlitePool};
use uuid::Uuid;

use super::{Change, Colleague, MemberError};

/// Returns one page of an organization's members, sorted by email address.
pub(super) async fn list(
    pool: &SqlitePool,
    org_id: Uuid,
    pagination: Pagination,
) -> Result<Page<Colleague>, ApiError> {
    let items = sqlx::query_as(
        "SELECT user_id, email, role, memberships.status FROM memberships
         JOIN users ON users.id = user_id
         WHERE org_id = ? AND memberships.status <> 'deleted' ORDER BY email LIMIT ? OFFSET ?",
    )
    .bind(org_id.hyphenated())
    .bind(pagination.limit())
    .bind(pagination.offset())
    .fetch_all(pool)
    .await
    .or_database()?;
    let total = sqlx::query_scalar(
        "SELECT count(*) FROM memberships WHERE org_id = ? AND status <> 'deleted'",
    )
    .bind(org_id.hyphenated())
    .fetch_one(pool)
    .await
    .or_database()?;
    Ok(Page::new(pagination, items, total))
}

/// Finds a member. A user whose membership has ended is reported as not found.
pub(super) async fn find(
    database: impl SqliteExecutor<'_>,
    org_id: Uuid,
    user_id: Uuid,
) -> Result<Colleague, ApiError> {
    let found: Result<Option<Colleague>, Error> = sqlx::query_as(
        "SELECT user_id, email, role, memberships.status FROM memberships
         JOIN users ON users.id = user_id
         WHERE org_id = ? AND user_id = ? AND memberships.status <> 'deleted'",
    )
    .bind(org_id.hyphenated())
    .bind(user_id.hyphenated())
    .fetch_optional(database)
    .await;
    Ok(found.or_database()?.ok_or(MemberError::NotFound { id: user_id })?)
}

/// Changes a role in the same transaction that reads the old one, because another request may
/// change it in between.
pub(super) async fn change(pool: &SqlitePool, change: Change<'_>) -> Result<Colleague, ApiError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await.or_database()?;
    let old = find(&mut *transaction, change.org_id, change.user_id).await?;
    change.check(&old.role)?;
    sqlx::query("UPDATE memberships SET role = ? WHERE org_id = ? AND user_id = ?")
        .bind(change.role)
        .bind(change.org_id.hyphenated())
        .bind(change.user_id.hyphenated())
        .execute(&mut *transaction)
        .await
        .or_database()?;
    transaction.commit().await.or_database()?;
    Ok(Colleague { role: change.role.to_owned(), ..old })
}
