//! Tests of clients by others that wait for as long as `Retry-After` asks.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::rate_limit::{Quota, RateLimit};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::spawn_blocking;

use crate::installed::installed;

const QUOTA: Quota = Quota::new(2, Duration::from_secs(4));

async fn service() -> SocketAddr {
    let routes = Router::new()
        .route("/", get(|| async {}))
        .layer(RateLimit::per_address(QUOTA))
        .layer(ApiErrorLayer::new())
        .into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, routes).await });
    address
}

/// Returns each response up to one after a wait, with the statuses that asked to wait before it.
fn asks(address: SocketAddr) -> Vec<Value> {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/python/patient.py");
    let mut python = Command::new(installed("python/bin/python"));
    let output = python.args(["-I", program, &format!("http://{address}/")]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn urllib3_that_waits_for_retry_after_is_admitted() {
    let address = service().await;
    let mut answers = spawn_blocking(move || asks(address)).await.unwrap();
    assert_eq!(answers.pop().unwrap(), json!([200, [429]]));
    // There are more than two if the machine pauses so long that the quota is available again.
    assert!(answers.len() >= 2);
    assert!(answers.iter().all(|answer| *answer == json!([200, []])), "{answers:?}");
}
