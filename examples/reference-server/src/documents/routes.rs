use axum::Router;
use axum::extract::State;
use axum::routing::post;
use definable_errors::ApiError;
use definable_errors::extract::{Inputs, Json, Path};
use http::StatusCode;
use sqlx::SqlitePool;
use uuid::Uuid;

use super::{Document, Upload, store};
use crate::organization::Organization;

pub(crate) fn routes() -> Router<SqlitePool> {
    Router::new().route("/api/v1/kbs/{kb_id}/documents", post(create))
}

async fn create(
    State(pool): State<SqlitePool>,
    Inputs(Path(kb_id), organization, upload): Inputs<Path<Uuid>, Organization, Upload>,
) -> Result<(StatusCode, Json<Document>), ApiError> {
    let document = store::create(&pool, organization.id, kb_id, upload).await?;
    Ok((StatusCode::CREATED, Json(document)))
}
