use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use definable_errors::ApiError;
use definable_errors::extract::Json;
use http::StatusCode;
use http::header::{ETAG, LOCATION};
use sqlx::SqlitePool;
use uuid::Uuid;

use super::{IfMatch, Kb, KbInput, store};
use crate::organization::Organization;
use crate::page::{Listing, Page};

pub(crate) fn routes() -> Router<SqlitePool> {
    Router::new()
        .route("/api/v1/kbs", get(list).post(create))
        .route("/api/v1/kbs/{kb_id}", get(find).put(replace).delete(delete))
}

async fn list(
    organization: Organization,
    page: Page,
    State(pool): State<SqlitePool>,
) -> Result<Json<Listing<Kb>>, ApiError> {
    let (items, total) = store::list(&pool, organization.id, page).await?;
    Ok(Json(page.listing(items, total)))
}

async fn create(
    organization: Organization,
    State(pool): State<SqlitePool>,
    axum::Json(input): axum::Json<KbInput>,
) -> Result<impl IntoResponse, ApiError> {
    let kb = store::create(&pool, organization.id, input.checked()?).await?;
    let location = format!("/api/v1/kbs/{}?org_id={}", kb.id, kb.org_id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], tagged(kb)))
}

async fn find(
    organization: Organization,
    Path(kb_id): Path<Uuid>,
    State(pool): State<SqlitePool>,
) -> Result<impl IntoResponse, ApiError> {
    let kb = store::find(&pool, organization.id, kb_id).await?;
    Ok(tagged(kb))
}

async fn replace(
    organization: Organization,
    Path(kb_id): Path<Uuid>,
    if_match: IfMatch,
    State(pool): State<SqlitePool>,
    axum::Json(input): axum::Json<KbInput>,
) -> Result<impl IntoResponse, ApiError> {
    let input = input.checked()?;
    let kb = store::replace(&pool, (organization.id, kb_id), &if_match, input).await?;
    Ok(tagged(kb))
}

async fn delete(
    organization: Organization,
    Path(kb_id): Path<Uuid>,
    if_match: IfMatch,
    State(pool): State<SqlitePool>,
) -> Result<StatusCode, ApiError> {
    store::delete(&pool, (organization.id, kb_id), &if_match).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A knowledge base with the tag that a later `If-Match` sends back.
fn tagged(kb: Kb) -> impl IntoResponse {
    ([(ETAG, kb.etag())], Json(kb))
}
