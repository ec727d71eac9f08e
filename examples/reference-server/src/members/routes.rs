//! The routes of members.

use axum::extract::{FromRequestParts, State};
use definable_errors::extract::{Inputs, Json, Page, Pagination, Path, ValidWith};
use definable_errors::problem::{ProblemTypes, Types};
use definable_errors::rbac::{HasRights, Member, Require, RoleSet};
use definable_errors::router::GuardedRouter;
use definable_errors::{ApiError, Declared};
use http::request::Parts;
use sqlx::AnyPool;
use utoipa::OpenApi;
use uuid::Uuid;

use super::{Change, ChangeProblems, Colleague, FindProblems, NewRole, store};
use crate::access::{InOrg, MembersRead, MembersWrite, Org};
use crate::{AppState, DatabaseFailure};

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .get("/api/v1/members", list)
        .patch("/api/v1/members/{user_id}", change_role)
}

/// The operations on members.
#[derive(OpenApi)]
#[openapi(paths(list, change_role))]
pub(crate) struct Operations;

/// Lists the members of an organization.
#[utoipa::path(
    get, path = "/api/v1/members", operation_id = "list_members", tag = "Members",
    params(InOrg, Pagination),
    responses((status = 200, description = "One page of members.", body = Page<Colleague>)),
)]
async fn list(
    member: Require<MembersRead>,
    State(pool): State<AnyPool>,
    pagination: Pagination,
) -> Result<Json<Page<Colleague>>, Declared<DatabaseFailure>> {
    Ok(Json(store::list(&pool, *member.organization(), pagination).await?))
}

/// Changes the role of a member, below the caller's own level.
#[utoipa::path(
    patch, path = "/api/v1/members/{user_id}", operation_id = "change_role", tag = "Members",
    params(InOrg, ("user_id" = Uuid, Path, description = "The id of the member.")),
    request_body = NewRole,
    responses((status = 200, description = "The member.", body = Colleague)),
)]
async fn change_role(
    member: Require<MembersWrite>,
    State(pool): State<AnyPool>,
    Inputs((ColleagueId(user_id), ValidWith(Json(new), roles))): Inputs<(
        ColleagueId,
        ValidWith<Json<NewRole>, RoleSet>,
    )>,
) -> Result<Json<Colleague>, Declared<ChangeProblems>> {
    let change = Change {
        org_id: *member.organization(),
        user_id,
        role: &new.role,
        level: member.rights().level(),
        roles: &roles,
    };
    Ok(Json(store::change(&pool, change).await?))
}

/// The id of a member of the caller's organization. Extracting it first makes a 404 take precedence
/// over an invalid body.
struct ColleagueId(Uuid);

impl FromRequestParts<AppState> for ColleagueId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Path(user_id) = Path::from_request_parts(parts, state).await?;
        let member = Member::<Org>::from_request_parts(parts, state).await?;
        store::find(state.pool(), *member.organization(), user_id).await?;
        Ok(Self(user_id))
    }
}

/// The guard has already checked the caller's membership.
impl ProblemTypes for ColleagueId {
    const TYPES: Types = Types { own: &[], others: &[Path::<Uuid>::TYPES, FindProblems::TYPES] };
}
