use axum::extract::{FromRef, FromRequestParts};
use definable_errors::extract::Query;
use definable_errors::{ApiError, SqlxExt};
use http::request::Parts;
use serde::Deserialize;
use sqlx::SqlitePool;
use uuid::Uuid;

/// The organization that `org_id` names.
///
/// Nobody is a member of one that does not exist, so that is what the client hears; whether it
/// exists is none of a stranger's business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Organization {
    pub(crate) id: Uuid,
}

#[derive(Deserialize)]
struct Named {
    org_id: Uuid,
}

impl<S> FromRequestParts<S> for Organization
where
    S: Send + Sync,
    SqlitePool: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(Named { org_id: id }) = Query::from_request_parts(parts, state).await?;
        match exists(&SqlitePool::from_ref(state), id).await? {
            true => Ok(Self { id }),
            false => Err(ApiError::not_a_member()),
        }
    }
}

async fn exists(pool: &SqlitePool, id: Uuid) -> Result<bool, ApiError> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM organizations WHERE id = ?)")
        .bind(id.hyphenated())
        .fetch_one(pool)
        .await
        .or_database()
}
