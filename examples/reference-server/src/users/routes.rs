use std::collections::BTreeMap;

use axum::extract::State;
use definable_errors::Declared;
use definable_errors::auth::Authenticated;
use definable_errors::extract::Json;
use definable_errors::router::GuardedRouter;
use serde::Serialize;
use sqlx::AnyPool;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::Affiliation;
use crate::access::User;
use crate::{AppState, DatabaseFailure};

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
