//! Tests of a second layer, which repeats nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::get as on_get;
use axum::{Json, Router};
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer, RequestContext};
use http::StatusCode;
use support::{Counter, get, send};
use tower::ServiceExt;

#[tokio::test]
async fn error_is_rendered_and_reported_once() {
    let count = Arc::new(AtomicUsize::new(0));
    let layer = || {
        let count = count.clone();
        ApiErrorLayer::new().report(move |_: &ErrorEvent<'_>| {
            let _ = count.fetch_add(1, Ordering::Relaxed);
        })
    };
    let app = Router::new()
        .route("/", on_get(|| async { ApiError::conflict("taken") }))
        .route("/fine", on_get(|| async { "fine" }))
        .layer(layer().problem_base("/inner/"))
        .layer(layer().problem_base("/outer/"));
    let answer = send(app.clone(), get("/")).await;
    answer.check();
    assert_eq!(answer.json()["type"], "/inner/conflict");
    assert_eq!(answer.headers.get_all("x-request-id").iter().count(), 1);
    assert_eq!(answer.header("x-request-id").unwrap(), answer.json()["request_id"]);
    assert_eq!(answer.headers.get_all("vary").iter().count(), 1);
    assert_eq!(count.load(Ordering::Relaxed), 1);

    let fine = send(app, get("/fine")).await;
    assert_eq!(fine.headers.get_all("x-request-id").iter().count(), 1);
}

// The outer layer does not see the route yet.
#[tokio::test]
async fn missing_resource_behind_a_nested_service_differs_from_a_missing_route() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let routes = seen.clone();
    let report = move |event: &ErrorEvent<'_>| {
        routes.lock().unwrap().push(event.context().route().map(str::to_owned));
    };
    let inner = Router::new()
        .route("/{item}", on_get(|| async { StatusCode::NOT_FOUND }))
        .layer(ApiErrorLayer::new().report(report));
    let app = Router::new().nest_service("/items", inner).layer(ApiErrorLayer::new());
    assert_eq!(send(app.clone(), get("/items/7")).await.code(), "not_found");
    assert_eq!(send(app, get("/items/7/8")).await.code(), "route_not_found");
    let routes = seen.lock().unwrap();
    assert!(matches!(&**routes, [Some(route), None] if route.ends_with("/{item}")), "{routes:?}");
}

#[tokio::test]
async fn changed_status_is_set_right() {
    let change = map_response(|mut response: Response| async {
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response
    });
    let app = Router::new()
        .route("/", on_get(|| async { ApiError::conflict("taken") }))
        .layer(ApiErrorLayer::new())
        .layer(change)
        .layer(ApiErrorLayer::new());
    let answer = send(app, get("/")).await;
    answer.check();
    assert_eq!(answer.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn foreign_failure_is_reported_once_and_left_alone() {
    let counter = Counter::default();
    let app = Router::new()
        .route("/", on_get(|| async { (StatusCode::CONFLICT, Json("own")) }))
        .layer(ApiErrorLayer::new().report(counter.clone()))
        .layer(ApiErrorLayer::new().report(counter.clone()));
    let answer = send(app, get("/")).await;
    answer.check();
    assert_eq!((answer.status, &*answer.body), (StatusCode::CONFLICT, "\"own\""));
    assert_eq!(answer.headers.get_all("x-request-id").iter().count(), 1);
    assert_eq!((answer.header("vary"), answer.header("cache-control")), (None, None));
    assert_eq!(counter.counts(), (1, 0));
}

// The middleware that extracts the context first is not the layer.
#[tokio::test]
async fn disconnect_is_reported_even_if_an_outer_middleware_extracted_the_context() {
    let counter = Counter::default();
    let ask = from_fn(|_: RequestContext, request: Request, next: Next| next.run(request));
    let app = Router::new()
        .route("/", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .layer(ApiErrorLayer::new().report(counter.clone()))
        .layer(ask);
    let sent = app.oneshot(get("/"));
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
    assert_eq!(counter.counts(), (0, 1));
}
