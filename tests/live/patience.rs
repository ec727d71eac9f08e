//! Tests of clients by others that wait for as long as `Retry-After` asks.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::rate_limit::{Quota, RateLimit};
use serde_json::{Value, json};
use support::{axum_serve, needs};
use tokio::task::spawn_blocking;

use crate::installed::python;

const QUOTA: Quota = Quota::new(2, Duration::from_secs(4));

async fn service() -> SocketAddr {
    let routes = Router::new()
        .route("/", get(|| async {}))
        .layer(RateLimit::per_address(QUOTA))
        .layer(ApiErrorLayer::new());
    axum_serve(routes).await
}

/// Returns each response up to one after a wait, with the statuses that asked to wait before it.
fn asks(address: SocketAddr) -> Vec<Value> {
    let answers = python("patient.py", &[&format!("http://{address}/")]);
    answers.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn urllib3_that_waits_for_retry_after_is_admitted() {
    needs!(Python);
    let address = service().await;
    let mut answers = spawn_blocking(move || asks(address)).await.unwrap();
    assert_eq!(answers.pop().unwrap(), json!([200, [429]]));
    // There are more than two if the machine pauses so long that the quota is available again.
    assert!(answers.len() >= 2);
    assert!(answers.iter().all(|answer| *answer == json!([200, []])), "{answers:?}");
}
