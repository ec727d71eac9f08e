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

/// The process runs and answers; that says nothing about what it depends on.
async fn health(_: Public) -> Json<Health> {
    Json(Health { status: "ok" })
}
