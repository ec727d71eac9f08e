//! The service whose quotas are in Redis, as a program of its own.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::rate_limit::{OnFailure, Quota, RateLimit, RedisStore};
use definable_errors::stack::Stack;
use http::HeaderName;
use http::request::Parts;

use super::SECRET;
use crate::program;

/// The role of the program that uses Redis.
pub(crate) const SERVE: &str = "serve-limited";

/// The header that names the client. Only this test trusts it.
pub(crate) const CLIENT: HeaderName = HeaderName::from_static("x-client");

pub(crate) const LOCAL: &str = "local";
pub(crate) const CLOSED: &str = "closed";
/// The plan with a closed limit whose calls are never late.
pub(crate) const PATIENT: &str = "patient";

/// The default deadline of a store.
const DEADLINE: Duration = Duration::from_millis(25);
/// A deadline that exceeds every pause of the machine.
const LONG: Duration = Duration::from_secs(60);

/// Serves with a quota of `limit` requests per `window` seconds, counted in the Redis at `url`.
pub(crate) fn serve(url: &str, plan: &str, limit: &str, window: &str) {
    let (on_failure, deadline) = match plan {
        LOCAL => (OnFailure::Local { replicas: 1 }, DEADLINE),
        CLOSED => (OnFailure::Closed, DEADLINE),
        PATIENT => (OnFailure::Closed, LONG),
        _ => panic!("the parent knows its plans: {plan}"),
    };
    let store = RedisStore::builder(url, SECRET, on_failure).timeout(deadline).build().unwrap();
    let quota = Quota::new(limit.parse().unwrap(), Duration::from_secs(window.parse().unwrap()));
    program::serve(routes(store, quota));
}

fn routes(store: RedisStore, quota: Quota) -> Router {
    let client = |request: &Parts| request.headers.get(CLIENT).cloned();
    let limit = RateLimit::new(client, quota).store(store.clone());
    let stack = Stack::new().timeout(LONG).rate_limit(limit).exempt(["/health"]);
    let health = async move || {
        let health = store.health();
        format!("{} {} {}", health.is_available, health.failures, health.fallbacks)
    };
    Router::new().route("/", get(async || "hello")).route("/health", get(health)).layer(stack)
}
