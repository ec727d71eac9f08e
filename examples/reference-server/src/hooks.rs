//! Webhooks that programs of an organization call with an API key.

use axum::extract::State;
use definable_errors::Declared;
use definable_errors::auth::ApiKey;
use definable_errors::extract::{Json, Valid};
use definable_errors::rbac::Require;
use definable_errors::router::GuardedRouter;
use http::StatusCode;
use serde::Deserialize;
use sqlx::AnyPool;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::access::{KbWrite, Program};
use crate::documents::{Document, Upload};
use crate::kbs::FindProblems;
use crate::{AppState, documents};

/// A text for a knowledge base. The limit of request bodies bounds its length.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    kb_id: Uuid,
    #[validate(length(min = 1))]
    #[schema(min_length = 1)]
    text: String,
}

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().post("/hooks/ingest", ingest)
}

/// The operations of programs.
#[derive(OpenApi)]
#[openapi(paths(ingest))]
pub(crate) struct Operations;

/// Stores the text as a document of a knowledge base of the program's organization.
#[utoipa::path(
    post, path = "/hooks/ingest", operation_id = "ingest", tag = "Documents",
    request_body = Note,
    responses((status = 202, description = "The document.", body = Document)),
)]
async fn ingest(
    key: Require<KbWrite, ApiKey<Program>>,
    State(pool): State<AnyPool>,
    Valid(Json(note)): Valid<Json<Note>>,
) -> Result<(StatusCode, Json<Document>), Declared<FindProblems>> {
    let upload = Upload::text(note.text);
    let document = documents::create(&pool, key.org_id, note.kb_id, upload).await?;
    Ok((StatusCode::ACCEPTED, Json(document)))
}
