//! Tests of responses by tower-http's middleware.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::{get as on_get, post};
use bytes::Bytes;
use definable_errors::ApiErrorLayer;
use expect_test::expect;
use http::{Method, Request, StatusCode, header};
use support::{Answer, get, request, send};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::timeout::TimeoutLayer;
use tower_http::validate_request::ValidateRequestHeaderLayer;

fn slow() -> Router {
    Router::new().route("/", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
}

async fn answer(app: Router) -> Answer {
    let answer = send(app, get("/")).await;
    answer.check();
    answer
}

#[tokio::test]
async fn timeout_of_tower_http_keeps_its_status() {
    let layer = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::ZERO);
    let found = answer(slow().layer(layer).layer(ApiErrorLayer::new())).await;
    assert_eq!((found.status.as_u16(), found.code()), (503, "service_unavailable".into()));
    let layer = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::ZERO);
    assert_eq!(
        answer(slow().layer(layer).layer(ApiErrorLayer::new())).await.code(),
        "request_timeout"
    );
}

#[tokio::test]
async fn panic_that_tower_http_caught_is_an_internal_error() {
    let app = Router::new()
        .route(
            "/",
            on_get(|| async {
                if true {
                    panic!("canary")
                }
            }),
        )
        .layer(CatchPanicLayer::new())
        .layer(ApiErrorLayer::new());
    let found = answer(app).await;
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
    assert!(!found.body.contains("panicked"));
}

#[tokio::test]
async fn body_limit_of_tower_http_is_a_413() {
    let routes =
        Router::new().route("/", post(|_: Bytes| async {})).layer(RequestBodyLimitLayer::new(4));
    let mut sent = request(Method::POST, "/");
    *sent.body_mut() = "12345".into();
    send(routes.layer(ApiErrorLayer::new()), sent).await.is(&expect![[r#"
        413 Payload Too Large
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/payload_too_large"
        title: "Payload too large"
        status: 413
        detail: "Payload too large"
        instance: "urn:uuid:<id>"
        code: "payload_too_large"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn status_406_of_tower_http_becomes_a_problem() {
    let app = Router::new()
        .route("/", on_get(|| async {}))
        .layer(ValidateRequestHeaderLayer::accept("application/json"));
    let mut sent = get("/");
    sent.headers_mut().insert("accept", "text/html".parse().unwrap());
    let found = send(app.layer(ApiErrorLayer::new()), sent).await;
    assert_eq!(found.status, 406);
    assert_eq!(found.header("content-type"), Some("text/html; charset=utf-8"));
}

/// Rejects every request with a challenge.
#[expect(clippy::result_large_err, reason = "tower-http wants a response")]
fn guarded(_: &mut Request<Body>) -> Result<(), Response> {
    let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"shop\"")];
    Err((StatusCode::UNAUTHORIZED, challenge).into_response())
}

#[tokio::test]
async fn status_401_of_tower_http_keeps_its_challenge() {
    let app = Router::new()
        .route("/", on_get(|| async {}))
        .layer(ValidateRequestHeaderLayer::custom(guarded))
        .layer(ApiErrorLayer::new());
    let found = answer(app).await;
    let challenges: Vec<_> = found.headers.get_all(header::WWW_AUTHENTICATE).iter().collect();
    assert_eq!((found.status.as_u16(), found.code()), (401, "unauthorized".into()));
    assert_eq!(challenges, ["Basic realm=\"shop\""]);
}

#[tokio::test]
async fn missing_file_is_an_unknown_route() {
    let app = Router::new()
        .nest_service("/files", ServeDir::new(env!("CARGO_MANIFEST_DIR")))
        .layer(ApiErrorLayer::new());
    send(app, get("/files/none.txt")).await.is(&expect![[r#"
        404 Not Found
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/route_not_found"
        title: "Route not found"
        status: 404
        detail: "No route matched"
        instance: "urn:uuid:<id>"
        code: "route_not_found"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn range_outside_of_a_file_keeps_its_length() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let app =
        Router::new().route_service("/file", ServeFile::new(file)).layer(ApiErrorLayer::new());
    let mut sent = get("/file");
    sent.headers_mut().insert("range", "bytes=999999-".parse().unwrap());
    let found = send(app.clone(), sent).await;
    found.check();
    assert_eq!((found.status.as_u16(), found.code()), (416, "http_416".into()));
    assert!(found.header("content-range").unwrap().starts_with("bytes */"));
    let whole = send(app, get("/file")).await;
    assert!(whole.body.contains("[package]"));
}
