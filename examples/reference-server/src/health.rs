use definable_errors::extract::Json;
use definable_errors::router::{GuardedRouter, Public};
use serde::Serialize;

use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/health", health)
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// Reports that the process runs and serves requests; its dependencies are not checked.
async fn health(_: Public) -> Json<Health> {
    Json(Health { status: "ok" })
}
