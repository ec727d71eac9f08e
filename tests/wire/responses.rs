//! Tests of `extract::Json` as a response.

use std::collections::HashMap;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::Json;
use expect_test::expect;
use http::StatusCode;
use support::{get, send};

fn app() -> Router {
    Router::new()
        .route(
            "/good",
            on_get(|| async { (StatusCode::CREATED, Json(HashMap::from([("qty", 1)]))) }),
        )
        .route(
            "/bad",
            on_get(|| async { (StatusCode::CREATED, Json(HashMap::from([(vec!["canary"], 1)]))) }),
        )
        .layer(ApiErrorLayer::new())
}

#[tokio::test]
async fn value_is_serialized_as_json() {
    send(app(), get("/good")).await.is(&expect![[r#"
        201 Created
        content-type: application/json
        x-request-id: <id>

        qty: 1
    "#]]);
}

#[tokio::test]
async fn value_that_cannot_be_serialized_is_an_internal_error() {
    send(app(), get("/bad")).await.is(&expect![[r#"
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
