//! Routes that fail on purpose, for development mode only.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use definable_errors::extract::{Json, Query};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{Declared, ResultExt};
use serde::{Deserialize, Serialize};

use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .get("/debug/panic", panic)
        .get("/debug/error", error)
        .get("/debug/sleep", sleep)
}

async fn panic(_: Public) {
    panic!("this route panics on purpose");
}

async fn error(_: Public) -> Result<(), Declared<Infallible>> {
    Err(io::Error::other("the disk is on fire")).or_internal()?
}

/// The query of `/debug/sleep`. A `u16` bounds the sleep well enough, to 65 seconds.
#[derive(Deserialize)]
struct Nap {
    ms: u16,
}

#[derive(Serialize)]
struct Slept {
    slept_ms: u16,
}

async fn sleep(_: Public, Query(nap): Query<Nap>) -> Json<Slept> {
    tokio::time::sleep(Duration::from_millis(nap.ms.into())).await;
    Json(Slept { slept_ms: nap.ms })
}
