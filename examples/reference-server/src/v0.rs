//! The removed first version, whose routes point to the current one.

use std::convert::Infallible;

use definable_errors::deprecation::{Date, Deprecation};
use definable_errors::problem::{GONE, ProblemTypes, Types};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, Declared};

use utoipa::OpenApi;

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

/// The operations of the removed version.
#[derive(OpenApi)]
#[openapi(paths(kbs))]
pub(crate) struct Operations;

/// Rejects every request with 410 and names the current route.
#[utoipa::path(
    get, path = "/api/v0/kbs", operation_id = "list_kbs_v0", tag = "Knowledge bases",
    responses((
        status = 410, description = "Version 0 was removed.",
        headers(
            ("Deprecation" = String, description = "Since when it is deprecated (RFC 9745)."),
            ("Sunset" = String, description = "Since when it is gone (RFC 8594)."),
            ("Link" = String, description = "The current version."),
        ),
    )),
)]
async fn kbs(_: Public) -> Result<Infallible, Declared<Removed>> {
    Err(ApiError::new(&GONE).with_detail("Version 0 is gone. Use /api/v1/kbs.").into())
}
