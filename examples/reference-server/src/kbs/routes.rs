use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use definable_errors::ApiError;
use definable_errors::extract::{
    Batch, BatchAnswer, Header, Inputs, Json, Page, Pagination, Path, Valid,
};
use http::StatusCode;
use http::header::{ETAG, LOCATION};
use sqlx::SqlitePool;
use uuid::Uuid;

use super::{IfMatch, Kb, NewKb, store};
use crate::organization::Organization;

pub(crate) fn routes() -> Router<SqlitePool> {
    Router::new()
        .route("/api/v1/kbs", get(list).post(create))
        .route("/api/v1/kbs/batch", post(create_each))
        .route("/api/v1/kbs/{kb_id}", get(find).put(replace).delete(delete))
}

async fn list(
    Inputs(organization, pagination, ()): Inputs<Organization, Pagination>,
    State(pool): State<SqlitePool>,
) -> Result<Json<Page<Kb>>, ApiError> {
    Ok(Json(store::list(&pool, organization.id, pagination).await?))
}

async fn create(
    State(pool): State<SqlitePool>,
    Inputs(organization, (), Valid(Json(new))): Inputs<Organization, (), Valid<Json<NewKb>>>,
) -> Result<impl IntoResponse, ApiError> {
    let kb = store::create(&pool, organization.id, new).await?;
    let location = format!("/api/v1/kbs/{}?org_id={}", kb.id, kb.org_id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], tagged(kb)))
}

async fn create_each(
    State(pool): State<SqlitePool>,
    Inputs(organization, (), Valid(batch)): Inputs<Organization, (), Valid<Batch<NewKb>>>,
) -> BatchAnswer<Kb> {
    let create = |new| store::create(&pool, organization.id, new);
    batch.each(create).await.created_as("kb")
}

async fn find(
    Inputs(Path(kb_id), organization, ()): Inputs<Path<Uuid>, Organization>,
    State(pool): State<SqlitePool>,
) -> Result<impl IntoResponse, ApiError> {
    let kb = store::find(&pool, organization.id, kb_id).await?;
    Ok(tagged(kb))
}

/// Which knowledge base, and in which state.
type Target = Inputs<Path<Uuid>, Organization, Header<IfMatch>>;

async fn replace(
    State(pool): State<SqlitePool>,
    Inputs(target, (), Valid(Json(new))): Inputs<Target, (), Valid<Json<NewKb>>>,
) -> Result<impl IntoResponse, ApiError> {
    let Inputs(Path(kb_id), organization, Header(if_match)) = target;
    let kb = store::replace(&pool, (organization.id, kb_id), &if_match, new).await?;
    Ok(tagged(kb))
}

async fn delete(
    Inputs(Path(kb_id), organization, Header(if_match)): Target,
    State(pool): State<SqlitePool>,
) -> Result<StatusCode, ApiError> {
    store::delete(&pool, (organization.id, kb_id), &if_match).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A knowledge base with the tag that a later `If-Match` sends back.
fn tagged(kb: Kb) -> impl IntoResponse {
    ([(ETAG, kb.etag())], Json(kb))
}
