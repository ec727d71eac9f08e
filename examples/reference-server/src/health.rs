//! The route for the probes of an orchestrator.

use definable_errors::extract::Json;
use definable_errors::router::{GuardedRouter, Public};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/health", health)
}

/// The operation of probes.
#[derive(OpenApi)]
#[openapi(paths(health))]
pub(crate) struct Operations;

/// The state of the process.
#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
}

/// Reports that the process runs and serves requests; its dependencies are not checked.
#[utoipa::path(
    get, path = "/health", operation_id = "health", tag = "Service",
    responses((status = 200, description = "The process serves requests.", body = Health)),
)]
async fn health(_: Public) -> Json<Health> {
    Json(Health { status: "ok" })
}
