//! Routes that fail on purpose; in development only.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::extract::Json;
use definable_errors::{ApiError, ResultExt};
use serde::Serialize;
use sqlx::SqlitePool;

use crate::parameters::Parameters;

pub(crate) fn routes() -> Router<SqlitePool> {
    Router::new()
        .route("/debug/panic", get(panic))
        .route("/debug/error", get(error))
        .route("/debug/sleep", get(sleep))
}

async fn panic() {
    panic!("this route panics on purpose");
}

async fn error() -> Result<(), ApiError> {
    Err(io::Error::other("the disk is on fire")).or_internal()
}

#[derive(Serialize)]
struct Slept {
    slept_ms: u64,
}

async fn sleep(mut parameters: Parameters) -> Result<Json<Slept>, ApiError> {
    let slept_ms = parameters.integer("ms", 0..=60_000, None).unsigned_abs();
    parameters.finish()?;
    tokio::time::sleep(Duration::from_millis(slept_ms)).await;
    Ok(Json(Slept { slept_ms }))
}
