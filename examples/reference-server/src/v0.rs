//! The removed first version, whose routes point to the current one.

use std::convert::Infallible;

use definable_errors::deprecation::{Date, Deprecation};
use definable_errors::problem::{GONE, ProblemTypes, Types};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, Declared};

use crate::AppState;

const DEPRECATED: Date = Date::new(2025, 1, 1);
const SUNSET: Date = Date::new(2026, 1, 1);

pub(crate) fn routes() -> GuardedRouter<AppState> {
    let gone = Deprecation::since(DEPRECATED).sunset(SUNSET).successor("/api/v1/kbs");
    GuardedRouter::new().get("/api/v0/kbs", kbs).route_layer(gone)
}

/// The problem types of the removed version.
#[derive(Debug)]
enum Removed {}

impl ProblemTypes for Removed {
    const TYPES: Types = Types { own: &[&GONE], others: &[] };
}

/// Rejects every request with 410 and names the current route.
async fn kbs(_: Public) -> Result<Infallible, Declared<Removed>> {
    Err(ApiError::new(&GONE).with_detail("Version 0 is gone. Use /api/v1/kbs.").into())
}
