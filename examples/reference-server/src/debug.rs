//! Routes that fail on purpose; in development only.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::extract::{Json, Query};
use definable_errors::{ApiError, ResultExt};
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;

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

/// The type is bound enough: a minute and a little.
#[derive(Deserialize)]
struct Nap {
    ms: u16,
}

#[derive(Serialize)]
struct Slept {
    slept_ms: u16,
}

async fn sleep(Query(nap): Query<Nap>) -> Json<Slept> {
    tokio::time::sleep(Duration::from_millis(nap.ms.into())).await;
    Json(Slept { slept_ms: nap.ms })
}
