//! Tests of foreign bodies that a service masks, or turns into problems.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get as on_get;
use axum::{Extension, Json, Router};
use definable_errors::problem::{Problem, type_for_status};
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiErrorLayer, Foreign5xx, Mask, Passthrough};
use http::{StatusCode, header};
use serde_json::json;
use support::{Answer, get, send};

const FAILED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

fn problem(status: StatusCode) -> Response {
    let body = r#"{"type":"about:blank","title":"own","status":0,"detail":"canary","code":"own"}"#;
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

fn streamed() -> Response {
    let frames = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>("canary "));
    (FAILED, [(header::CONTENT_TYPE, "text/csv")], Body::from_stream(frames)).into_response()
}

fn routes() -> Router {
    let old = |status, text: &'static str| {
        on_get(move || async move { (status, Json(json!({"error": text}))) })
    };
    Router::new()
        .route("/json", old(FAILED, "no such table: canary at postgres://u:hunter2@db/orders"))
        .route("/html", on_get(|| async { (StatusCode::BAD_GATEWAY, Html("<h1>canary</h1>")) }))
        .route("/bytes", on_get(|| async { (FAILED, b"canary".to_vec()) }))
        .route("/problem", on_get(|| async { problem(FAILED) }))
        .route("/stream", on_get(|| async { streamed() }))
        .route("/text", on_get(|| async { (FAILED, "first\r\nsecond\u{1b}[31m") }))
        .route(
            "/grpc",
            on_get(|| async { (FAILED, [(header::CONTENT_TYPE, "application/grpc")], "x") }),
        )
        .route("/far", on_get(|| async { (FAILED, Extension(Passthrough), Json("canary")) }))
        .route("/taken", old(StatusCode::CONFLICT, "taken"))
        .route("/refused", on_get(|| async { (StatusCode::CONFLICT, "x".repeat(300)) }))
        .route("/gone", old(FAILED, "gone"))
        .route("/long", on_get(|| async { (FAILED, "y".repeat(300)) }))
        .route("/query", on_get(|_: axum::extract::Query<Vec<(u8, u8)>>| async {}))
}

/// Returns the response, and the notes for operators.
async fn answer(layer: ApiErrorLayer, path: &str) -> (Answer, Vec<String>) {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let kept = notes.clone();
    let report = move |event: &ErrorEvent<'_>| {
        kept.lock().unwrap().extend(event.error().notes().map(str::to_owned));
    };
    let answer = send(routes().layer(layer.report(report)), get(path)).await;
    let notes = notes.lock().unwrap().clone();
    (answer, notes)
}

#[tokio::test]
async fn every_foreign_5xx_can_be_masked() {
    for path in ["/json", "/html", "/bytes", "/problem", "/stream", "/text"] {
        let (found, notes) = answer(ApiErrorLayer::new().foreign_5xx(Mask), path).await;
        found.check();
        assert_eq!(found.header("content-type"), Some("application/problem+json"), "{path}");
        assert!(!found.body.contains("canary") && !found.body.contains("own"), "{path}");
        assert!(notes.len() == 1 && notes[0].starts_with("body: \""), "{path}: {notes:?}");
    }
}

#[tokio::test]
async fn mask_leaves_4xx_grpc_and_proxied_answers_alone() {
    let masked = ApiErrorLayer::new().foreign_5xx(Mask);
    for (path, body) in [("/far", "\"canary\""), ("/grpc", "x"), ("/taken", r#"{"error":"taken"}"#)]
    {
        assert_eq!(answer(masked.clone(), path).await.0.body, body);
    }
    let (kept, _) = answer(masked.foreign_5xx(Foreign5xx::Keep), "/json").await;
    assert!(kept.body.contains("no such table"));
    let (usual, _) = answer(ApiErrorLayer::new(), "/json").await;
    assert!(usual.body.contains("no such table"));
}

#[tokio::test]
async fn start_of_a_masked_5xx_is_a_note() {
    let notes = async |path| answer(ApiErrorLayer::new().foreign_5xx(Mask), path).await.1;
    assert_eq!(
        notes("/json").await,
        [r#"body: "{"error":"no such table: canary at postgres://***@db/orders"}""#]
    );
    assert_eq!(notes("/text").await, [r#"body: "first\r\nsecond\u{1b}[31m""#]);
    assert_eq!(notes("/long").await, [format!("body: \"{}\"", "y".repeat(200))]);
}

#[tokio::test]
async fn notes_contain_nothing_of_a_4xx() {
    for path in ["/refused", "/query?hunter2=3"] {
        let (found, notes) = answer(ApiErrorLayer::new(), path).await;
        assert!(found.status.is_client_error() && notes.is_empty(), "{path}: {notes:?}");
    }
    let (_, notes) = answer(ApiErrorLayer::new().adopt(adopted), "/taken").await;
    assert!(notes.is_empty(), "{notes:?}");
}

fn adopted(status: definable_errors::problem::ErrorStatus, body: &[u8]) -> Option<Problem> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    match body["error"].as_str()? {
        "gone" => Some(Problem::new(&definable_errors::problem::GONE)),
        _ if status.is_server_error() => Some(Problem::new(type_for_status(status))),
        text => Some(Problem::new(type_for_status(status)).with_detail(text.to_owned())),
    }
}

#[tokio::test]
async fn hook_turns_foreign_bodies_into_problems() {
    let layer = || ApiErrorLayer::new().adopt(adopted);
    let (failed, notes) = answer(layer(), "/json").await;
    failed.check();
    assert_eq!((failed.status, failed.code()), (FAILED, "internal_error".into()));
    assert!(!failed.body.contains("canary") && notes[0].contains("no such table"));
    let (taken, _) = answer(layer(), "/taken").await;
    assert_eq!((taken.code(), &taken.json()["detail"]), ("conflict".into(), &"taken".into()));
    let (gone, notes) = answer(layer(), "/gone").await;
    gone.check();
    assert_eq!((gone.status.as_u16(), gone.code(), notes.len()), (410, "gone".into(), 1));
}

#[tokio::test]
async fn hook_without_a_problem_changes_nothing() {
    let hooks = [
        ApiErrorLayer::new().adopt(|_, _| None),
        ApiErrorLayer::new().adopt(|_, _| panic!("hook")),
    ];
    for layer in hooks {
        for path in ["/json", "/html", "/problem", "/text", "/taken", "/far", "/grpc", "/refused"] {
            let (with, _) = answer(layer.clone(), path).await;
            let (without, _) = answer(ApiErrorLayer::new(), path).await;
            assert_eq!(with.to_string(), without.to_string(), "{path}");
        }
    }
}

#[tokio::test]
async fn hook_sees_neither_proxied_answers_nor_rejections_of_axum() {
    let layer = ApiErrorLayer::new()
        .adopt(|_, _| Some(Problem::new(&definable_errors::problem::NOT_IMPLEMENTED)));
    for (path, status) in [("/far", 500), ("/grpc", 500), ("/query?a=b", 400), ("/stream", 500)] {
        let sent = routes().layer(layer.clone());
        let response = tower::ServiceExt::oneshot(sent, get(path)).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
    }
}
