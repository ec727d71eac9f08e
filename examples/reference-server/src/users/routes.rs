use std::collections::BTreeMap;

use axum::extract::State;
use definable_errors::Declared;
use definable_errors::auth::Authenticated;
use definable_errors::extract::Json;
use definable_errors::router::GuardedRouter;
use serde::Serialize;
use sqlx::AnyPool;
use uuid::Uuid;

use super::Affiliation;
use crate::access::User;
use crate::{AppState, DatabaseFailure};

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/users/me", me).get("/users/me/organizations", organizations)
}

#[derive(Serialize)]
struct Me {
    id: Uuid,
    email: String,
    /// The name of the role in each organization of which the user is an active member.
    roles: BTreeMap<Uuid, String>,
}

async fn me(
    user: Authenticated<User>,
    State(pool): State<AnyPool>,
) -> Result<Json<Me>, Declared<DatabaseFailure>> {
    let affiliations = Affiliation::all_of(&pool, user.id).await?;
    let roles = affiliations.into_iter().filter_map(Affiliation::into_role).collect();
    Ok(Json(Me { id: user.id, email: user.email.clone(), roles }))
}

#[derive(Serialize)]
struct Organizations {
    items: Vec<Affiliation>,
}

async fn organizations(
    user: Authenticated<User>,
    State(pool): State<AnyPool>,
) -> Result<Json<Organizations>, Declared<DatabaseFailure>> {
    Ok(Json(Organizations { items: Affiliation::all_of(&pool, user.id).await? }))
}
