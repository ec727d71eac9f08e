//! The route that uploads a document.

use axum::extract::State;
use definable_errors::Declared;
use definable_errors::extract::{Inputs, Json};
use definable_errors::rbac::Require;
use definable_errors::router::GuardedRouter;
use http::StatusCode;
use sqlx::AnyPool;
use utoipa::{OpenApi, ToSchema};

use super::{Document, Upload, create};
use crate::AppState;
use crate::access::{InOrg, KbWrite};
use crate::kbs::{FindProblems, KbId};

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().post("/api/v1/kbs/{kb_id}/documents", upload)
}

/// The operations on documents.
#[derive(OpenApi)]
#[openapi(paths(upload))]
pub(crate) struct Operations;

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `Upload` reads")]
struct UploadForm {
    /// A text, Markdown or PDF file of at most 1 MiB.
    #[schema(format = Binary)]
    file: String,
}

/// Adds a document to a knowledge base.
#[utoipa::path(
    post, path = "/api/v1/kbs/{kb_id}/documents", operation_id = "upload_document", tag = "Documents",
    params(InOrg, ("kb_id" = Uuid, Path, description = "The id of the knowledge base.")),
    request_body(content(
        (UploadForm = "multipart/form-data", encoding(("file" = (content_type = "text/plain, text/markdown, application/pdf")))),
    )),
    responses((status = 201, description = "The document.", body = Document)),
)]
async fn upload(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Inputs((KbId(kb_id), upload)): Inputs<(KbId, Upload)>,
) -> Result<(StatusCode, Json<Document>), Declared<FindProblems>> {
    let document = create(&pool, *member.organization(), kb_id, upload).await?;
    Ok((StatusCode::CREATED, Json(document)))
}
