//! What tower's and tower-http's middleware fails with.

use std::time::Duration;

use axum::error_handling::HandleErrorLayer;
use axum::routing::{get as on_get, post};
use axum::{BoxError, Router};
use bytes::Bytes;
use definable_errors::{ApiError, ApiErrorLayer, handle_box_error};
use expect_test::expect;
use http::{Method, StatusCode};
use tower::ServiceBuilder;
use tower::buffer::BufferLayer;
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::validate_request::ValidateRequestHeaderLayer;

use crate::support::{Answer, get, request, send};

fn slow() -> Router {
    Router::new().route("/", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
}

async fn answer(app: Router) -> Answer {
    let answer = send(app, get("/")).await;
    answer.check();
    answer
}

#[tokio::test]
async fn a_timeout_is_a_503() {
    let stack =
        ServiceBuilder::new().layer(ApiErrorLayer::new()).layer(TimeoutLayer::new(Duration::ZERO));
    answer(slow().layer(stack)).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 1
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/deadline_exceeded"
        title: "Deadline exceeded"
        status: 503
        detail: "Deadline exceeded"
        instance: "urn:uuid:<id>"
        code: "deadline_exceeded"
        request_id: "<id>"
        retry_after: 1
        retryable: true
    "#]]);
}

#[tokio::test]
async fn handle_error_users_get_the_same() {
    let stack = ServiceBuilder::new()
        .layer(ApiErrorLayer::new())
        .layer(HandleErrorLayer::new(handle_box_error))
        .layer(TimeoutLayer::new(Duration::ZERO));
    assert_eq!(answer(slow().layer(stack)).await.code(), "deadline_exceeded");
    let alone = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(handle_box_error))
        .layer(TimeoutLayer::new(Duration::ZERO));
    assert_eq!(answer(slow().layer(alone)).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn a_shed_load_is_a_503_with_a_wait() {
    let none = ServiceBuilder::new()
        .layer(ApiErrorLayer::new())
        .layer(LoadShedLayer::new())
        .layer(ConcurrencyLimitLayer::new(0));
    answer(slow().layer(none)).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 1
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/overloaded"
        title: "Overloaded"
        status: 503
        detail: "Overloaded"
        instance: "urn:uuid:<id>"
        code: "overloaded"
        request_id: "<id>"
        retry_after: 1
        retryable: true
    "#]]);
}

#[tokio::test]
async fn errors_behind_a_buffer_are_known() {
    let stack = ServiceBuilder::new()
        .layer(ApiErrorLayer::new())
        .layer(BufferLayer::new(8))
        .layer(LoadShedLayer::new())
        .layer(ConcurrencyLimitLayer::new(0));
    assert_eq!(answer(slow().layer(stack)).await.code(), "overloaded");
}

/// A service that is never ready again.
#[derive(Clone)]
struct Broken;

impl<R> tower::Service<R> for Broken {
    type Response = http::Response<axum::body::Body>;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Self::Response, BoxError>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), BoxError>> {
        std::task::Poll::Ready(Err("canary: the pool is gone".into()))
    }

    fn call(&mut self, _: R) -> Self::Future {
        panic!("called without being ready")
    }
}

#[tokio::test]
async fn a_service_that_is_not_ready_fails_the_request() {
    let app = Router::new().route_service("/", tower::Layer::layer(&ApiErrorLayer::new(), Broken));
    let found = answer(app).await;
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
}

#[tokio::test]
async fn a_service_that_fails_behind_a_buffer_is_an_internal_error() {
    let buffered = ServiceBuilder::new()
        .layer(ApiErrorLayer::new())
        .layer(BufferLayer::new(8))
        .service(Broken);
    let found = answer(Router::new().route_service("/", buffered)).await;
    // The buffer hands on what its service failed with.
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
    assert!(!found.body.contains("canary"));
}

#[derive(Debug, thiserror::Error)]
#[error("wrapped")]
struct Wrapped(#[source] ApiError);

#[tokio::test]
async fn an_api_error_in_a_box_stays_what_it_is() {
    let error: BoxError = ApiError::conflict("taken").into();
    assert_eq!(handle_box_error(error).await.problem().code(), "conflict");
    let wrapped = Wrapped(ApiError::conflict("taken"));
    assert_eq!(handle_box_error(wrapped.into()).await.problem().code(), "conflict");
}

#[tokio::test]
async fn the_timeout_of_tower_http_keeps_its_status() {
    let layer = tower_http::timeout::TimeoutLayer::with_status_code(
        StatusCode::SERVICE_UNAVAILABLE,
        Duration::ZERO,
    );
    let found = answer(slow().layer(layer).layer(ApiErrorLayer::new())).await;
    assert_eq!((found.status.as_u16(), found.code()), (503, "service_unavailable".into()));
    let layer = tower_http::timeout::TimeoutLayer::with_status_code(
        StatusCode::REQUEST_TIMEOUT,
        Duration::ZERO,
    );
    assert_eq!(
        answer(slow().layer(layer).layer(ApiErrorLayer::new())).await.code(),
        "request_timeout"
    );
}

#[tokio::test]
async fn a_panic_that_tower_http_caught_is_an_internal_error() {
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
async fn a_body_limit_of_tower_http_is_a_413() {
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
async fn a_406_of_tower_http_is_a_problem_all_the_same() {
    let app = Router::new()
        .route("/", on_get(|| async {}))
        .layer(ValidateRequestHeaderLayer::accept("application/json"));
    let mut sent = get("/");
    sent.headers_mut().insert("accept", "text/html".parse().unwrap());
    let found = send(app.layer(ApiErrorLayer::new()), sent).await;
    assert_eq!(found.status, 406);
    assert_eq!(found.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn a_missing_file_is_a_route_that_is_not_there() {
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

// S-24
#[tokio::test]
async fn a_range_outside_of_a_file_keeps_its_length() {
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
