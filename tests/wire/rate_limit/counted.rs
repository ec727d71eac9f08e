//! Tests of which requests are counted, and which responses carry the fields.

use axum::Router;
use axum::body::Body;
use axum::routing::get as on_get;
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::{ApiError, ApiErrorLayer};
use http::{HeaderValue, Method, Request, StatusCode};
use support::{get, request, send};

use super::{app, is_admitted, remaining, stopped};

const FIELDS: [&str; 5] = [
    "ratelimit",
    "ratelimit-policy",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

fn limit() -> RateLimit {
    stopped(RateLimit::per_address(Quota::per_minute(2)))
}

const PREFLIGHT: [(&str, &str); 2] =
    [("origin", "https://app.example.com"), ("access-control-request-method", "GET")];

fn options(fields: &[(&'static str, &'static str)]) -> Request<Body> {
    let mut request = request(Method::OPTIONS, "/");
    for (name, value) in fields {
        request.headers_mut().insert(*name, HeaderValue::from_static(value));
    }
    request
}

#[tokio::test]
async fn preflight_is_never_counted() {
    let app = app(limit());
    for _ in 0..5 {
        let answer = send(app.clone(), options(&PREFLIGHT)).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(FIELDS.iter().all(|name| answer.header(name).is_none()));
    }
    assert_eq!(remaining(&app, get("/")).await, 1);
}

#[tokio::test]
async fn preflight_is_counted_if_enabled() {
    let app = app(limit().count_preflights());
    assert_eq!(remaining(&app, options(&PREFLIGHT)).await, 1);
    assert_eq!(remaining(&app, get("/")).await, 0);
    assert!(!is_admitted(&app, options(&PREFLIGHT)).await);
}

#[tokio::test]
async fn incomplete_preflight_is_counted() {
    let app = app(limit());
    assert_eq!(remaining(&app, options(&PREFLIGHT[..1])).await, 1);
    assert_eq!(remaining(&app, options(&PREFLIGHT[1..])).await, 0);
    assert!(!is_admitted(&app, options(&[])).await);
}

#[tokio::test]
async fn exempt_paths_are_never_counted() {
    let app = app(limit().exempt(["/orders/7"]));
    for _ in 0..5 {
        let answer = send(app.clone(), get("/orders/7?a=1")).await;
        assert_eq!((answer.status, answer.header("ratelimit")), (StatusCode::OK, None));
    }
    assert_eq!(remaining(&app, get("/orders/8")).await, 1);
}

#[tokio::test]
async fn redirect_is_counted_and_carries_no_fields() {
    let app = Router::new()
        .route("/", on_get(|| async { "in" }))
        .route(
            "/{status}",
            on_get(async |path: axum::extract::Path<u16>| StatusCode::from_u16(path.0).unwrap()),
        )
        .layer(stopped(RateLimit::per_address(Quota::per_minute(9))));
    for status in ["/301", "/302", "/303", "/304", "/307", "/308"] {
        let answer = send(app.clone(), get(status)).await;
        assert!(FIELDS.iter().all(|name| answer.header(name).is_none()), "{status}");
    }
    assert_eq!(remaining(&app, get("/")).await, 2);
}

#[tokio::test]
async fn other_responses_carry_the_remaining_quota() {
    let app = Router::new()
        .route("/fails", on_get(|| async { ApiError::internal_error() }))
        .route(
            "/panics",
            on_get(|| async {
                if true {
                    panic!("no")
                }
            }),
        )
        .layer(stopped(RateLimit::per_address(Quota::per_minute(9))))
        .layer(ApiErrorLayer::new());
    for (path, status, left) in [("/fails", 500, "8"), ("/unknown", 404, "7")] {
        let answer = send(app.clone(), get(path)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("x-ratelimit-remaining")),
            (status, Some(left))
        );
    }
    // There was no response to carry the fields, but the request is counted.
    assert_eq!(send(app.clone(), get("/panics")).await.header("ratelimit"), None);
    assert_eq!(remaining(&app, get("/fails")).await, 5);
}

#[tokio::test]
async fn requests_cost_what_the_service_configures() {
    let cost = |parts: &http::request::Parts| match parts.uri.path() {
        "/" => 1,
        "/orders/0" => 0,
        _ => 50,
    };
    let app = app(stopped(RateLimit::per_address(Quota::per_minute(60))).cost(cost));
    assert_eq!(remaining(&app, get("/")).await, 59);
    assert_eq!(remaining(&app, get("/orders/7")).await, 9);
    assert_eq!(remaining(&app, get("/orders/0")).await, 9);
    assert!(!is_admitted(&app, get("/orders/7")).await);
    assert_eq!(remaining(&app, get("/")).await, 8);
}

/// The remaining requests are announced for the rest of the window, not for its next few seconds.
#[tokio::test]
async fn remaining_requests_of_a_long_window_last_until_its_end() {
    let quota = Quota::per_day(10_000).with_burst(10_000);
    let app = app(stopped(RateLimit::per_address(quota)));
    let answer = send(app, get("/")).await;
    assert_eq!(answer.header("ratelimit"), Some("\"default\";r=9999;t=86392"));
    assert_eq!(answer.header("x-ratelimit-reset"), Some("9"));
}

#[tokio::test]
async fn clones_share_their_count() {
    let limit = limit();
    let (one, other) = (app(limit.clone()), app(limit));
    assert_eq!((remaining(&one, get("/")).await, remaining(&other, get("/")).await), (1, 0));
}
