//! Tests of the errors of tower's middleware.

use std::time::Duration;

use axum::body::Body;
use axum::error_handling::HandleErrorLayer;
use axum::routing::get as on_get;
use axum::{BoxError, Router};
use definable_errors::{ApiError, ApiErrorLayer, handle_box_error};
use expect_test::expect;
use http::Request;
use support::{Answer, get, send};
use tower::ServiceBuilder;
use tower::buffer::{Buffer, BufferLayer};
use tower::limit::ConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;

fn slow() -> Router {
    Router::new().route("/", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
}

async fn answer(app: Router) -> Answer {
    let answer = send(app, get("/")).await;
    answer.check();
    answer
}

#[tokio::test]
async fn timeout_is_a_503() {
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
async fn timeout_behind_handle_error_has_the_same_code() {
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
async fn shed_load_is_a_503_with_a_wait() {
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
async fn errors_behind_a_buffer_are_recognized() {
    let stack = ServiceBuilder::new()
        .layer(ApiErrorLayer::new())
        .layer(BufferLayer::new(8))
        .layer(LoadShedLayer::new())
        .layer(ConcurrencyLimitLayer::new(0));
    assert_eq!(answer(slow().layer(stack)).await.code(), "overloaded");
}

/// A service that never becomes ready again.
#[derive(Clone)]
struct Broken;

impl<R> tower::Service<R> for Broken {
    type Response = http::Response<Body>;
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
async fn service_that_is_not_ready_fails_the_request() {
    let app = Router::new().route_service("/", tower::Layer::layer(&ApiErrorLayer::new(), Broken));
    let found = answer(app).await;
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
}

#[tokio::test]
async fn service_that_fails_behind_a_buffer_is_an_internal_error() {
    let buffered = ServiceBuilder::new()
        .layer(ApiErrorLayer::new())
        .layer(BufferLayer::new(8))
        .service(Broken);
    let found = answer(Router::new().route_service("/", buffered)).await;
    // The buffer passes on the error of its service.
    assert_eq!((found.status.as_u16(), found.code()), (500, "internal_error".into()));
    assert!(!found.body.contains("canary"));
}

#[tokio::test]
async fn buffer_without_a_worker_is_a_503() {
    let (buffer, worker) = Buffer::<Request<Body>, _>::pair(slow(), 8);
    drop(worker);
    let app = Router::new().route_service("/", tower::Layer::layer(&ApiErrorLayer::new(), buffer));
    let found = answer(app).await;
    assert_eq!((found.status.as_u16(), found.code()), (503, "service_unavailable".into()));
    assert!(!found.body.contains("worker"));
}

#[derive(Debug, thiserror::Error)]
#[error("wrapped")]
struct Wrapped(#[source] ApiError);

#[tokio::test]
async fn boxed_api_error_is_unchanged() {
    let error: BoxError = ApiError::conflict("taken").into();
    assert_eq!(handle_box_error(error).await.problem().code(), "conflict");
    let wrapped = Wrapped(ApiError::conflict("taken"));
    assert_eq!(handle_box_error(wrapped.into()).await.problem().code(), "conflict");
}
