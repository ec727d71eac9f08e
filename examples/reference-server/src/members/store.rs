//! The table of memberships, as the routes of members see it.

use definable_errors::extract::{Page, Pagination};
use definable_errors::{ApiError, DatabaseExt};
use sqlx::{AnyExecutor, AnyPool, Error};
use uuid::Uuid;

use super::{Change, Colleague, MemberError};

/// Returns one page of an organization's members, sorted by email address.
pub(super) async fn list(
    pool: &AnyPool,
    org_id: Uuid,
    pagination: Pagination,
) -> Result<Page<Colleague>, ApiError> {
    let items = sqlx::query_as(
        "SELECT user_id, email, role, memberships.status FROM memberships
         JOIN users ON users.id = user_id
         WHERE org_id = $1 AND memberships.status <> 'deleted' ORDER BY email LIMIT $2 OFFSET $3",
    )
    .bind(org_id.to_string())
    .bind(pagination.limit())
    .bind(pagination.offset())
    .fetch_all(pool)
    .await
    .or_database()?;
    let total: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM memberships WHERE org_id = $1 AND status <> 'deleted'",
    )
    .bind(org_id.to_string())
    .fetch_one(pool)
    .await
    .or_database()?;
    Ok(Page::new(pagination, items, total.unsigned_abs()))
}

/// Finds a member. A user whose membership has ended is reported as not found.
pub(super) async fn find(
    database: impl AnyExecutor<'_>,
    org_id: Uuid,
    user_id: Uuid,
) -> Result<Colleague, ApiError> {
    let found: Result<Option<Colleague>, Error> = sqlx::query_as(
        "SELECT user_id, email, role, memberships.status FROM memberships
         JOIN users ON users.id = user_id
         WHERE org_id = $1 AND user_id = $2 AND memberships.status <> 'deleted'",
    )
    .bind(org_id.to_string())
    .bind(user_id.to_string())
    .fetch_optional(database)
    .await;
    Ok(found.or_database()?.ok_or(MemberError::NotFound { id: user_id })?)
}

/// Changes a role in the same transaction that reads the old one, because another request may
/// change it in between. An update that changes nothing locks the row on both databases.
pub(super) async fn change(pool: &AnyPool, change: Change<'_>) -> Result<Colleague, ApiError> {
    let mut transaction = pool.begin().await.or_database()?;
    sqlx::query("UPDATE memberships SET role = role WHERE org_id = $1 AND user_id = $2")
        .bind(change.org_id.to_string())
        .bind(change.user_id.to_string())
        .execute(&mut *transaction)
        .await
        .or_database()?;
    let old = find(&mut *transaction, change.org_id, change.user_id).await?;
    change.check(&old.role)?;
    sqlx::query("UPDATE memberships SET role = $1 WHERE org_id = $2 AND user_id = $3")
        .bind(change.role)
        .bind(change.org_id.to_string())
        .bind(change.user_id.to_string())
        .execute(&mut *transaction)
        .await
        .or_database()?;
    transaction.commit().await.or_database()?;
    Ok(Colleague { role: change.role.to_owned(), ..old })
}
