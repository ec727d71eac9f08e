//! A second layer finds the work done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer};

use crate::support::{get, send};

#[tokio::test]
async fn an_error_is_rendered_and_reported_once() {
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
