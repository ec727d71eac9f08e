//! Tests that a panic becomes a response.

use std::convert::Infallible;
use std::fmt;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get as on_get;
use bytes::Bytes;
use definable_errors::ApiErrorLayer;
use definable_errors::render::{Captured, Failure, Render, Rendering};
use expect_test::expect;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Request, StatusCode};
use support::{get, send};
use tower::Layer;

#[tokio::test]
async fn panic_is_an_internal_error() {
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
async fn panic_after_a_wait_is_an_internal_error() {
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

/// A service that panics before it returns a future.
#[derive(Clone)]
struct Hasty;

impl tower::Service<Request<Body>> for Hasty {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        panic!("too early")
    }
}

#[tokio::test]
async fn panic_in_a_call_is_an_internal_error() {
    let app = Router::new().route_service("/", ApiErrorLayer::new().layer(Hasty));
    assert_eq!(send(app, get("/")).await.code(), "internal_error");
}

/// A service that panics in `poll_ready`.
#[derive(Clone)]
struct Nervous;

impl tower::Service<Request<Body>> for Nervous {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        panic!("canary: not yet")
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        panic!("called without being ready")
    }
}

#[tokio::test]
async fn panic_in_poll_ready_is_an_internal_error() {
    let app = Router::new().route_service("/", ApiErrorLayer::new().layer(Nervous));
    let answer = send(app, get("/")).await;
    answer.check();
    assert_eq!((answer.status.as_u16(), answer.code()), (500, "internal_error".into()));
    assert!(!answer.body.contains("canary") && !answer.body.contains("ready"));
}

/// A payload that panics again when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("canary")
        }
    }
}

#[tokio::test]
async fn payload_that_panics_is_an_internal_error() {
    let bomb = on_get(|| async {
        if true {
            std::panic::panic_any(Bomb)
        }
    });
    let app = Router::new().route("/", bomb).layer(ApiErrorLayer::new());
    assert_eq!(send(app, get("/")).await.code(), "internal_error");
}

/// An error whose `Display` panics.
#[derive(Debug)]
struct Mute;

impl fmt::Display for Mute {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("canary")
    }
}

impl std::error::Error for Mute {}

#[tokio::test]
async fn error_whose_display_panics_is_an_internal_error() {
    let mute = tower::service_fn(|_: Request<Body>| async { Err::<Response, _>(Mute) });
    let app = Router::new().fallback_service(ApiErrorLayer::new().layer(mute));
    assert_eq!(send(app, get("/")).await.code(), "internal_error");
}

#[tokio::test]
async fn text_that_panics_is_not_kept() {
    let stream = || {
        futures_util::stream::poll_fn(|_| -> Poll<Option<Result<Bytes, Infallible>>> {
            panic!("canary")
        })
    };
    let text = [(CONTENT_TYPE, "text/plain")];
    let handler =
        move || async move { (StatusCode::BAD_REQUEST, text, Body::from_stream(stream())) };
    let app = Router::new().route("/", on_get(handler)).layer(ApiErrorLayer::new());
    assert_eq!(send(app, get("/")).await.code(), "bad_request");
}

struct Careless;

impl Render for Careless {
    fn capture(&self, _: &Parts) -> Option<Captured> {
        panic!("canary")
    }

    fn render(&self, _: &Failure) -> Rendering {
        Rendering::Standard
    }
}

#[tokio::test]
async fn renderer_that_panics_early_changes_nothing() {
    let layer = ApiErrorLayer::new().render(Careless);
    let app = Router::new().route("/", on_get(|| async { "fine" })).layer(layer);
    assert_eq!(send(app.clone(), get("/")).await.body, "fine");
    assert_eq!(send(app, get("/nowhere")).await.code(), "route_not_found");
}
