//! The routes on which users see their own data.

use std::collections::BTreeMap;

use axum::extract::State;
use definable_errors::auth::Authenticated;
use definable_errors::extract::Json;
use definable_errors::router::GuardedRouter;
use definable_errors::{ApiError, DatabaseExt, Declared};
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use crate::access::User;
use crate::db::Columns;
use crate::{AppState, DatabaseFailure};

/// A user's membership in an organization. A deleted one is not shown.
#[derive(Debug, Serialize, ToSchema)]
struct Affiliation {
    id: Uuid,
    name: String,
    role: String,
    status: String,
}

impl Affiliation {
    async fn all_of(pool: &AnyPool, user_id: Uuid) -> Result<Vec<Self>, ApiError> {
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
    fn into_role(self) -> Option<(Uuid, String)> {
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

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/users/me", me).get("/users/me/organizations", organizations)
}

/// The operations on the caller.
#[derive(OpenApi)]
#[openapi(paths(me, organizations))]
pub(crate) struct Operations;

/// The caller.
#[derive(Serialize, ToSchema)]
struct Me {
    id: Uuid,
    email: String,
    /// The name of the role in each organization of which the user is an active member.
    roles: BTreeMap<Uuid, String>,
}

/// Returns the caller, with a role in each organization.
#[utoipa::path(
    get, path = "/users/me", operation_id = "me", tag = "Accounts",
    responses((status = 200, description = "The caller.", body = Me)),
)]
async fn me(
    user: Authenticated<User>,
    State(pool): State<AnyPool>,
) -> Result<Json<Me>, Declared<DatabaseFailure>> {
    let affiliations = Affiliation::all_of(&pool, user.id).await?;
    let roles = affiliations.into_iter().filter_map(Affiliation::into_role).collect();
    Ok(Json(Me { id: user.id, email: user.email.clone(), roles }))
}

/// The memberships of the caller.
#[derive(Serialize, ToSchema)]
struct Organizations {
    items: Vec<Affiliation>,
}

/// Lists the organizations of the caller.
#[utoipa::path(
    get, path = "/users/me/organizations", operation_id = "my_organizations", tag = "Accounts",
    responses((status = 200, description = "The memberships.", body = Organizations)),
)]
async fn organizations(
    user: Authenticated<User>,
    State(pool): State<AnyPool>,
) -> Result<Json<Organizations>, Declared<DatabaseFailure>> {
    Ok(Json(Organizations { items: Affiliation::all_of(&pool, user.id).await? }))
}
