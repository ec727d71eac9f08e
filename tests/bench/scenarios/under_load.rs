//! Deadlines, concurrency limits, and a whole stack.

use std::mem;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::cors::{Cors, OriginList};
use definable_errors::extract::BodyLimit;
use definable_errors::stack::Stack;
use definable_errors::timeout::{ConcurrencyLimit, Timeout};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::cors::CorsLayer;
use tower_http::timeout::TimeoutLayer;

use super::request::{self, ORIGIN};
use crate::row::Scenario;

pub(crate) const DEADLINE: &str = "success within a deadline";
pub(crate) const STACK: &str = "success through a whole stack";
pub(crate) const PLACES: &str = "success within a bound on requests at work";
pub(crate) const PREFLIGHT: &str = "a preflight";

const TEN_SECONDS: Duration = Duration::from_secs(10);

pub(super) fn deadline() -> Scenario {
    Scenario::new(DEADLINE, 200, request::plain)
        .row("the layer of errors alone", || router().layer(ApiErrorLayer::new()))
        .row("tower-http's timeout inside of it", || {
            with_timers();
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let timeout = TimeoutLayer::with_status_code(status, TEN_SECONDS);
            router().layer(timeout).layer(ApiErrorLayer::new())
        })
        .ours(|| router().layer(Timeout::new(TEN_SECONDS)).layer(ApiErrorLayer::new()), ok)
}

pub(super) fn places() -> Scenario {
    Scenario::new(PLACES, 200, request::plain)
        .row("the layer of errors alone", || router().layer(ApiErrorLayer::new()))
        .row("tower's limit inside of it, which waits without end", || {
            router().layer(GlobalConcurrencyLimitLayer::new(1024)).layer(ApiErrorLayer::new())
        })
        .ours(|| router().layer(ConcurrencyLimit::default()).layer(ApiErrorLayer::new()), ok)
}

pub(super) fn stack() -> Scenario {
    Scenario::new(STACK, 200, request::plain)
        .row("the layer of errors alone", || router().layer(ApiErrorLayer::new()))
        .row("the same layers one by one", || {
            router()
                .layer(ConcurrencyLimit::default())
                .layer(Timeout::new(TEN_SECONDS))
                .layer(BodyLimit::default())
                .layer(ApiErrorLayer::new())
                .layer(cors())
        })
        .ours(|| router().layer(whole()), ok)
}

pub(super) fn preflight() -> Scenario {
    Scenario::new(PREFLIGHT, 200, request::preflight)
        .row("a route by hand", || {
            let fields: [(HeaderName, &str); 3] = [
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN),
                (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
                (header::VARY, "origin"),
            ];
            Router::new().route("/orders", get(async || "ok").options(async || fields))
        })
        .row("tower-http's CORS", || {
            router().layer(
                CorsLayer::new()
                    .allow_origin([HeaderValue::from_static(ORIGIN)])
                    .allow_methods([Method::GET, Method::POST])
                    .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]),
            )
        })
        .ours(
            || router().layer(whole()),
            |answer| {
                assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
                assert!(answer.header("access-control-allow-methods").contains("POST"));
            },
        )
}

fn whole() -> Stack {
    Stack::new()
        .cors(cors())
        .body_limit(BodyLimit::default())
        .timeout(TEN_SECONDS)
        .concurrency_limit(ConcurrencyLimit::default())
}

fn cors() -> Cors<OriginList> {
    Cors::origins([ORIGIN]).expect("it is an origin")
}

fn ok(answer: &crate::row::Answer) {
    assert_eq!(answer.body, "ok");
}

fn router() -> Router {
    Router::new().route("/orders", get(async || "ok"))
}

/// Creates a runtime, because tower-http creates its timer before any request waits.
pub(super) fn with_timers() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = Box::leak(Box::new(runtime.expect("a runtime can be built")));
    mem::forget(runtime.enter());
}
