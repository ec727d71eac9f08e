//! Tests that `HEAD` gets the headers of `GET` and no body.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::{ApiError, ApiErrorLayer};
use http::{Method, StatusCode};
use support::{request, send};

fn routes() -> Router {
    Router::new()
        .route("/error", on_get(|| async { ApiError::not_found("no such thing") }))
        .route("/bare", on_get(|| async { StatusCode::CONFLICT }))
        .route("/text", on_get(|| async { (StatusCode::CONFLICT, "taken") }))
        .route("/json", on_get(|| async { (StatusCode::CONFLICT, axum::Json("own")) }))
}

async fn pair(app: Router, path: &str) {
    let of_get = send(app.clone(), request(Method::GET, path)).await;
    let of_head = send(app, request(Method::HEAD, path)).await;
    of_head.check();
    assert_eq!(of_head.status, of_get.status, "{path}");
    assert_eq!(of_head.body, "", "{path}");
    let names = |headers: &http::HeaderMap| {
        let mut names: Vec<_> = headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&of_head.headers), names(&of_get.headers), "{path}");
    for name in ["content-type", "content-length", "cache-control"] {
        assert_eq!(of_head.header(name), of_get.header(name), "{path}: {name}");
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    for path in ["/error", "/bare", "/text", "/json", "/nowhere"] {
        pair(routes().layer(ApiErrorLayer::new()), path).await;
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_if_the_layer_is_around_the_router() {
    for path in ["/error", "/bare", "/nowhere"] {
        let around = tower::Layer::layer(&ApiErrorLayer::new(), routes());
        pair(Router::new().fallback_service(around), path).await;
    }
}

#[tokio::test]
async fn head_has_the_headers_of_get_without_the_layer() {
    pair(routes(), "/error").await;
}
