//! Tests of rate limits.

mod announced;
mod callers;
mod counted;
mod fields;
mod keys;
mod limited;
mod login;
mod proxied;
mod stores;
mod warnings;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::rate_limit::{MemoryStore, RateLimit};
use http::{HeaderName, HeaderValue, Request};
use support::{Answer, get, send};

/// A clock that moves only if the test moves it.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn move_by(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn store(&self) -> MemoryStore {
        let hands = self.clone();
        let clock = move || Duration::from_secs(hands.0.load(Ordering::Relaxed));
        MemoryStore::builder().monotonic_clock(clock).build()
    }
}

/// Returns a service with two routes, all behind the limit.
fn app(limit: RateLimit) -> Router {
    Router::new()
        .route("/", on_get(|| async { "in" }))
        .route("/orders/{id}", on_get(|| async { "in" }))
        .layer(limit)
        .layer(ApiErrorLayer::new())
}

/// Returns a limit whose clock does not move.
fn stopped(limit: RateLimit) -> RateLimit {
    limit.store(Hands::default().store())
}

fn with(name: &'static str, value: &str) -> Request<Body> {
    let mut request = get("/");
    let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
    request.headers_mut().insert(HeaderName::from_static(name), value);
    request
}

/// Sends a request and returns the remaining quota.
async fn remaining(app: &Router, request: Request<Body>) -> u32 {
    let answer = send(app.clone(), request).await;
    answer.header("x-ratelimit-remaining").unwrap().parse().unwrap()
}

async fn is_admitted(app: &Router, request: Request<Body>) -> bool {
    let answer: Answer = send(app.clone(), request).await;
    match answer.status.as_u16() {
        200 => true,
        429 => false,
        _ => panic!("{answer}"),
    }
}
