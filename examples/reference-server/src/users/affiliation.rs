use definable_errors::{ApiError, DatabaseExt};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::Columns;

/// A user's membership in an organization. A deleted one is not shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Affiliation {
    id: Uuid,
    name: String,
    role: String,
    status: String,
}

impl Affiliation {
    pub(super) async fn all_of(pool: &AnyPool, user_id: Uuid) -> Result<Vec<Self>, ApiError> {
        sqlx::query_as(
            "SELECT organizations.id, name, role, status FROM memberships
             JOIN organizations ON organizations.id = org_id
             WHERE user_id = $1 AND status <> 'deleted' ORDER BY name",
        )
        .bind(user_id.to_string())
        .fetch_all(pool)
        .await
        .or_database()
    }
}

impl Affiliation {
    /// Returns the organization's id and the user's role, or `None` if the membership is not
    /// active.
    pub(super) fn into_role(self) -> Option<(Uuid, String)> {
        (self.status == "active").then_some((self.id, self.role))
    }
}

impl FromRow<'_, AnyRow> for Affiliation {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            name: row.try_get("name")?,
            role: row.try_get("role")?,
            status: row.try_get("status")?,
        })
    }
}
