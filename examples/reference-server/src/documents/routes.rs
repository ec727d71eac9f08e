use axum::extract::State;
use definable_errors::Declared;
use definable_errors::extract::{Inputs, Json};
use definable_errors::rbac::Require;
use definable_errors::router::GuardedRouter;
use http::StatusCode;
use sqlx::AnyPool;

use super::{Document, Upload, create};
use crate::AppState;
use crate::access::KbWrite;
use crate::kbs::{FindProblems, KbId};

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().post("/api/v1/kbs/{kb_id}/documents", upload)
}

async fn upload(
    member: Require<KbWrite>,
    State(pool): State<AnyPool>,
    Inputs((KbId(kb_id), upload)): Inputs<(KbId, Upload)>,
) -> Result<(StatusCode, Json<Document>), Declared<FindProblems>> {
    let document = create(&pool, *member.organization(), kb_id, upload).await?;
    Ok((StatusCode::CREATED, Json(document)))
}
