//! A panic is an answer like any other.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::response::Response;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use expect_test::expect;
use http::Request;

use crate::support::{get, send};

#[tokio::test]
async fn a_panic_is_an_internal_error() {
    let app = Router::new()
        .route(
            "/",
            on_get(|| async {
                if true {
                    panic!("canary: {}", 42)
                }
            }),
        )
        .layer(ApiErrorLayer::new());
    send(app, get("/")).await.is(&expect![[r#"
        500 Internal Server Error
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/internal_error"
        title: "Internal server error"
        status: 500
        detail: "Internal server error"
        instance: "urn:uuid:<id>"
        code: "internal_error"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn a_panic_after_a_wait_is_an_internal_error() {
    let app = Router::new()
        .route(
            "/",
            on_get(|| async {
                tokio::task::yield_now().await;
                if true {
                    std::panic::panic_any(42)
                }
            }),
        )
        .layer(ApiErrorLayer::new());
    assert_eq!(send(app, get("/")).await.code(), "internal_error");
}

/// Panics before there is a future.
#[derive(Clone)]
struct Hasty;

impl tower::Service<Request<axum::body::Body>> for Hasty {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<axum::body::Body>) -> Self::Future {
        panic!("too early")
    }
}

#[tokio::test]
async fn a_panic_in_a_call_is_an_internal_error() {
    let app = Router::new().route_service("/", tower::Layer::layer(&ApiErrorLayer::new(), Hasty));
    assert_eq!(send(app, get("/")).await.code(), "internal_error");
}
