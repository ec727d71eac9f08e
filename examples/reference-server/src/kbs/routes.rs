use axum::extract::State;
use axum::response::{IntoResponse, Response};
use definable_errors::Declared;
use definable_errors::extract::{
    Batch, BatchAnswer, IfMatch, IfNoneMatch, Inputs, Json, Page, Pagination, Path, Valid,
};
use definable_errors::rbac::{All, Level, Require};
use definable_errors::router::GuardedRouter;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{
    CreateProblems, DeleteProblems, FindProblems, Kb, KbId, NewKb, ReplaceProblems, store,
};
use crate::access::{KbDelete, KbRead, KbWrite};
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

async fn list(
    member: Require<KbRead>,
    State(pool): State<AnyPool>,
    pagination: Pagination,
) -> Result<Json<Page<Kb>>, Declared<DatabaseFailure>> {
    Ok(Json(store::list(&pool, *member.organization(), pagination).await?))
}

async fn create(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Valid(Json(new)): Valid<Json<NewKb>>,
) -> Result<impl IntoResponse, Declared<CreateProblems>> {
    let kb = store::create(&pool, *member.organization(), new).await?;
    let location = format!("/api/v1/kbs/{}?org_id={}", kb.id, kb.org_id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], tagged(kb)))
}

async fn create_each(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Valid(batch): Valid<Batch<NewKb>>,
) -> BatchAnswer<Kb> {
    let create = |new| store::create(&pool, *member.organization(), new);
    batch.each(create).await.into_created("kb")
}

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

async fn replace(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Inputs((KbId(kb_id), if_match, Valid(Json(new)))): Inputs<(KbId, IfMatch, Valid<Json<NewKb>>)>,
) -> Result<impl IntoResponse, Declared<ReplaceProblems>> {
    let kb = store::replace(&pool, (*member.organization(), kb_id), &if_match, new).await?;
    Ok(tagged(kb))
}

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
