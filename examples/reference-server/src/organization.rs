use axum::extract::{FromRef, FromRequestParts};
use definable_errors::{ApiError, SqlxExt};
use http::request::Parts;
use sqlx::SqlitePool;
use uuid::Uuid;

use crate::parameters::Parameters;

/// The organization that `org_id` names.
///
/// Nobody is a member of one that does not exist, so that is what the client hears; whether it
/// exists is none of a stranger's business.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Organization {
    pub(crate) id: Uuid,
}

impl<S> FromRequestParts<S> for Organization
where
    S: Send + Sync,
    SqlitePool: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let mut parameters = Parameters::from_request_parts(parts, state).await?;
        let id = parameters.uuid("org_id");
        parameters.finish()?;
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
