//! A service that fails in every way.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use definable_errors::auth::Bearer;
use definable_errors::cors::Cors;
use definable_errors::extract::{BodyLimit, Json};
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::stack::Stack;
use definable_errors::timeout::Timeout;
use definable_errors::{ApiError, ResultExt};
use http::{HeaderMap, header};
use support::axum_serve;

const QUOTA: Quota = Quota::new(2, Duration::from_secs(4));

/// Starts a service that fails in every way, and whose errors pages of one origin may read.
pub(super) async fn service(origin: &str) -> SocketAddr {
    let stack = Stack::new()
        .cors(Cors::origins([origin]).unwrap().credentials())
        .body_limit(BodyLimit::bytes(1024))
        .timeout(Duration::from_secs(60));
    let short = Timeout::new(Duration::from_millis(300));
    let routes = Router::new()
        .route("/cookies", get(cookies))
        .route("/orders", post(|Json(_): Json<u8>| async {}))
        .route("/token", get(|_: Bearer| async {}))
        .route("/forbidden", get(|| async { ApiError::forbidden("Not yours.") }))
        .route("/limited", get(|| async { ApiError::rate_limited(Duration::from_secs(7)) }))
        .route("/quota", get(|| async {}).layer(RateLimit::per_address(QUOTA)))
        .route("/storage", get(storage))
        .route("/panic", get(panics))
        .route("/slow", get(std::future::pending::<()>).layer(short))
        .layer(stack);
    axum_serve(routes).await
}

async fn cookies(headers: HeaderMap) -> &'static str {
    if headers.contains_key(header::COOKIE) { "with" } else { "without" }
}

async fn storage() -> Result<(), ApiError> {
    std::fs::read("/there/is/no/such/file").map(drop).or_internal()
}

async fn panics() {
    panic!("a secret");
}
