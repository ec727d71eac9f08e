//! The routes of knowledge bases.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use definable_errors::Declared;
use definable_errors::extract::{
    Batch, BatchAnswer, IfMatch, IfNoneMatch, Inputs, Json, Page, Pagination, Path, Valid,
};
use definable_errors::problem::Problem;
use definable_errors::rbac::{All, Level, Require};
use definable_errors::router::GuardedRouter;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use sqlx::AnyPool;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::{
    CreateProblems, DeleteProblems, FindProblems, Kb, KbId, NewKb, ReplaceProblems, store,
};
use crate::access::{InOrg, KbDelete, KbRead, KbWrite};
use crate::{AppState, DatabaseFailure};

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .get("/api/v1/kbs", list)
        .post("/api/v1/kbs", create)
        .post("/api/v1/kbs/batch", create_each)
        .get("/api/v1/kbs/{kb_id}", find)
        .put("/api/v1/kbs/{kb_id}", replace)
        .delete("/api/v1/kbs/{kb_id}", delete)
}

/// The operations on knowledge bases.
#[derive(OpenApi)]
#[openapi(paths(list, create, create_each, find, replace, delete))]
pub(crate) struct Operations;

/// Lists the knowledge bases of an organization.
#[utoipa::path(
    get, path = "/api/v1/kbs", operation_id = "list_kbs", tag = "Knowledge bases",
    params(InOrg, Pagination),
    responses((status = 200, description = "One page of knowledge bases.", body = Page<Kb>)),
)]
async fn list(
    member: Require<KbRead>,
    State(pool): State<AnyPool>,
    pagination: Pagination,
) -> Result<Json<Page<Kb>>, Declared<DatabaseFailure>> {
    Ok(Json(store::list(&pool, *member.organization(), pagination).await?))
}

/// Creates a knowledge base.
#[utoipa::path(
    post, path = "/api/v1/kbs", operation_id = "create_kb", tag = "Knowledge bases",
    params(InOrg),
    request_body = NewKb,
    responses((
        status = 201, description = "The new knowledge base.", body = Kb,
        headers(("Location" = String, description = "Its path."), ("ETag" = String, description = "Its state.")),
    )),
)]
async fn create(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Valid(Json(new)): Valid<Json<NewKb>>,
) -> Result<impl IntoResponse, Declared<CreateProblems>> {
    let kb = store::create(&pool, *member.organization(), new).await?;
    let location = format!("/api/v1/kbs/{}?org_id={}", kb.id, kb.org_id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], tagged(kb)))
}

/// Creates several knowledge bases, each on its own: some may fail.
#[utoipa::path(
    post, path = "/api/v1/kbs/batch", operation_id = "create_kbs", tag = "Knowledge bases",
    params(InOrg),
    request_body = Vec<NewKb>,
    responses((status = 207, description = "The outcome of every item.", body = Outcomes)),
)]
async fn create_each(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Valid(batch): Valid<Batch<NewKb>>,
) -> BatchAnswer<Kb> {
    let create = |new| store::create(&pool, *member.organization(), new);
    batch.each(create).await.into_created("kb")
}

/// What a [`BatchAnswer`] contains.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `BatchAnswer` writes")]
struct Outcomes {
    results: Vec<Outcome>,
}

/// The outcome of one item: a knowledge base or a problem.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `BatchAnswer` writes")]
struct Outcome {
    /// The status of this item.
    status: u16,
    #[schema(nullable = false)]
    kb: Option<Kb>,
    #[schema(nullable = false)]
    problem: Option<Problem>,
}

/// Returns a knowledge base.
#[utoipa::path(
    get, path = "/api/v1/kbs/{kb_id}", operation_id = "find_kb", tag = "Knowledge bases",
    params(
        InOrg,
        ("kb_id" = Uuid, Path, description = "The id of the knowledge base."),
        IfNoneMatch,
    ),
    responses(
        (
            status = 200, description = "The knowledge base.", body = Kb,
            headers(("ETag" = String, description = "Its state.")),
        ),
        (status = 304, description = "The copy is still valid."),
    ),
)]
async fn find(
    member: Require<KbRead>,
    State(pool): State<AnyPool>,
    Path(kb_id): Path<Uuid>,
    if_none_match: IfNoneMatch,
) -> Result<Response, Declared<FindProblems>> {
    let kb = store::find(&pool, *member.organization(), kb_id).await?;
    // The permissions of a caller may change at any time, so that a copy is only used after asking.
    let caching = [(CACHE_CONTROL, "private, no-cache")];
    Ok(if_none_match.respond(&kb.etag(), (caching, Json(&kb))))
}

/// Replaces a knowledge base, if it is still in the state that `If-Match` names.
#[utoipa::path(
    put, path = "/api/v1/kbs/{kb_id}", operation_id = "replace_kb", tag = "Knowledge bases",
    params(
        InOrg,
        ("kb_id" = Uuid, Path, description = "The id of the knowledge base."),
        IfMatch,
    ),
    request_body = NewKb,
    responses((
        status = 200, description = "The new state.", body = Kb,
        headers(("ETag" = String, description = "The new state.")),
    )),
)]
async fn replace(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Inputs((KbId(kb_id), if_match, Valid(Json(new)))): Inputs<(KbId, IfMatch, Valid<Json<NewKb>>)>,
) -> Result<impl IntoResponse, Declared<ReplaceProblems>> {
    let kb = store::replace(&pool, (*member.organization(), kb_id), &if_match, new).await?;
    Ok(tagged(kb))
}

/// Deletes a knowledge base with its documents and jobs.
#[utoipa::path(
    delete, path = "/api/v1/kbs/{kb_id}", operation_id = "delete_kb", tag = "Knowledge bases",
    params(
        InOrg,
        ("kb_id" = Uuid, Path, description = "The id of the knowledge base."),
        IfMatch,
    ),
    responses((status = 204, description = "It was deleted.")),
)]
async fn delete(
    member: Require<All<(KbDelete, Level<80>)>>,
    State(pool): State<AnyPool>,
    Inputs((KbId(kb_id), if_match)): Inputs<(KbId, IfMatch)>,
) -> Result<StatusCode, Declared<DeleteProblems>> {
    store::delete(&pool, (*member.organization(), kb_id), &if_match).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns a knowledge base with the `ETag` that clients send back in `If-Match`.
fn tagged(kb: Kb) -> impl IntoResponse {
    (kb.etag(), Json(kb))
}
