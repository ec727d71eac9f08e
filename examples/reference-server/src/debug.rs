//! Routes that fail on purpose, for development mode only.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::extract::State;
use definable_errors::extract::{Json, Query};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{Declared, ResultExt};
use serde::{Deserialize, Serialize};
use sqlx::AnyPool;
use utoipa::{OpenApi, ToSchema};

use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .get("/debug/panic", panic)
        .get("/debug/error", error)
        .get("/debug/sleep", sleep)
}

/// The operations of development mode.
#[derive(OpenApi)]
#[openapi(paths(panic, error, sleep))]
pub(crate) struct Operations;

/// Panics.
#[utoipa::path(get, path = "/debug/panic", operation_id = "panic", tag = "Development")]
async fn panic(_: Public) {
    panic!("this route panics on purpose");
}

/// Fails with an I/O error.
#[utoipa::path(get, path = "/debug/error", operation_id = "error", tag = "Development")]
async fn error(_: Public, State(pool): State<AnyPool>) -> Result<(), Declared<Infallible>> {
    // The page shows the statements of a request beside its error.
    sqlx::query("SELECT id FROM users LIMIT 1").fetch_optional(&pool).await.or_internal()?;
    Err(io::Error::other("the disk is on fire")).or_internal()?
}

/// The query of `/debug/sleep`. A `u16` bounds the sleep well enough, to 65 seconds.
#[derive(Deserialize)]
struct Nap {
    ms: u16,
}

/// How long it was.
#[derive(Serialize, ToSchema)]
struct Slept {
    slept_ms: u16,
}

/// Answers after a while.
#[utoipa::path(
    get, path = "/debug/sleep", operation_id = "sleep", tag = "Development",
    params(("ms" = u16, Query, description = "How long, in milliseconds.")),
    responses((status = 200, description = "After the sleep.", body = Slept)),
)]
async fn sleep(_: Public, Query(nap): Query<Nap>) -> Json<Slept> {
    tokio::time::sleep(Duration::from_millis(nap.ms.into())).await;
    Json(Slept { slept_ms: nap.ms })
}
