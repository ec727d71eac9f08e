//! What is left of the first version: where to go instead.

use axum::Router;
use axum::routing::get;
use definable_errors::ApiError;
use http::header::LINK;
use sqlx::SqlitePool;

pub(crate) fn routes() -> Router<SqlitePool> {
    Router::new().route("/api/v0/kbs", get(kbs))
}

/// Deprecated on 1 January 2025 (RFC 9745), gone since 1 January 2026 (RFC 8594).
async fn kbs() -> ApiError {
    ApiError::gone("Version 0 is gone. Use /api/v1/kbs.")
        .with_header("deprecation", "@1735689600")
        .with_header("sunset", "Thu, 01 Jan 2026 00:00:00 GMT")
        .with_header(LINK, "</api/v1/kbs>; rel=\"successor-version\"")
}
