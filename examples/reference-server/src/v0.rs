//! The removed first version, whose routes point to the current one.

use definable_errors::ApiError;
use definable_errors::deprecation::{Date, Deprecation};
use definable_errors::router::{GuardedRouter, Public};

use crate::AppState;

const DEPRECATED: Date = Date::new(2025, 1, 1);
const GONE: Date = Date::new(2026, 1, 1);

pub(crate) fn routes() -> GuardedRouter<AppState> {
    let gone = Deprecation::since(DEPRECATED).sunset(GONE).successor("/api/v1/kbs");
    GuardedRouter::new().get("/api/v0/kbs", kbs).route_layer(gone)
}

/// Rejects every request with 410 and names the current route.
async fn kbs(_: Public) -> ApiError {
    ApiError::gone("Version 0 is gone. Use /api/v1/kbs.")
}
