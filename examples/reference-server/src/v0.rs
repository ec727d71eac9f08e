//! What is left of the first version: where to go instead.

use definable_errors::ApiError;
use definable_errors::router::{GuardedRouter, Public};
use http::header::LINK;

use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/api/v0/kbs", kbs)
}

/// Deprecated on 1 January 2025 (RFC 9745), gone since 1 January 2026 (RFC 8594).
async fn kbs(_: Public) -> ApiError {
    ApiError::gone("Version 0 is gone. Use /api/v1/kbs.")
        .with_header("deprecation", "@1735689600")
        .with_header("sunset", "Thu, 01 Jan 2026 00:00:00 GMT")
        .with_header(LINK, "</api/v1/kbs>; rel=\"successor-version\"")
}
