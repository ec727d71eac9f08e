//! Tests of rejections by axum's own extractors: they get the right code, and none of their text.

use axum::body::Body;
use axum::extract::{
    Extension, Form, MatchedPath, Multipart, NestedPath, Path, Query, RawPathParams,
    WebSocketUpgrade,
};
use axum::routing::{any, get as on_get, post};
use axum::{Json, Router};
use bytes::Bytes;
use definable_errors::ApiErrorLayer;
use expect_test::expect;
use http::{Method, Request};
use support::{Answer, call, get, request, send};

#[derive(serde::Deserialize)]
struct Order {
    #[expect(dead_code, reason = "only deserialized")]
    qty: u8,
}

fn app() -> Router {
    Router::new()
        .route("/json", post(|_: Json<Order>| async {}))
        .route("/form", post(|_: Form<Order>| async {}))
        .route("/query", on_get(|_: Query<Order>| async {}))
        .route("/path/{id}", on_get(|_: Path<u8>| async {}))
        .route("/pair/{id}", on_get(|_: Path<(u8, u8)>| async {}))
        .route("/raw/{id}", on_get(|_: RawPathParams| async {}))
        .route("/extension", on_get(|_: Extension<std::sync::Arc<u128>>| async {}))
        .route("/bytes", post(|_: Bytes| async {}).layer(axum::extract::DefaultBodyLimit::max(8)))
        .route("/string", post(|_: String| async {}))
        .route("/multipart", post(multipart))
        .route(
            "/socket",
            any(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(|_| async {}) }),
        )
        .route("/nested", on_get(|_: NestedPath| async {}))
        .fallback(|_: MatchedPath| async {})
        .layer(ApiErrorLayer::new())
}

async fn multipart(mut parts: Multipart) -> Result<(), axum::extract::multipart::MultipartError> {
    while parts.next_field().await?.is_some() {}
    Ok(())
}

fn sending(path: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    let mut sent = request(Method::POST, path);
    if !content_type.is_empty() {
        sent.headers_mut().insert("content-type", content_type.parse().unwrap());
    }
    *sent.body_mut() = body.into();
    sent
}

async fn posted(path: &str, content_type: &str, body: impl Into<Body>) -> Answer {
    let answer = send(app(), sending(path, content_type, body)).await;
    answer.check();
    answer
}

#[tokio::test]
async fn json_of_the_wrong_type_is_a_422() {
    posted("/json", "application/json", r#"{"qty":"hunter2"}"#).await.is(&expect![[r##"
        422 Unprocessable Entity
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 422
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}}]
    "##]]);
}

#[tokio::test]
async fn invalid_json_is_malformed() {
    posted("/json", "application/json", "{hunter2").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/malformed_body"
        title: "Malformed body"
        status: 400
        detail: "The request body could not be parsed."
        instance: "urn:uuid:<id>"
        code: "malformed_body"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn json_with_another_content_type_is_a_415() {
    posted("/json", "text/plain", "{}").await.is(&expect![[r#"
        415 Unsupported Media Type
        accept: application/json
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unsupported_media_type"
        title: "Unsupported media type"
        status: 415
        detail: "Supported: application/json"
        instance: "urn:uuid:<id>"
        code: "unsupported_media_type"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn form_of_the_wrong_type_is_a_422() {
    posted("/form", "application/x-www-form-urlencoded", "qty=hunter2").await.is(&expect![[r##"
        422 Unprocessable Entity
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 422
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"form","pointer":"#/qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}}]
    "##]]);
}

#[tokio::test]
async fn form_with_another_content_type_is_a_415() {
    posted("/form", "text/plain", "qty=1").await.is(&expect![[r#"
        415 Unsupported Media Type
        accept: application/x-www-form-urlencoded
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unsupported_media_type"
        title: "Unsupported media type"
        status: 415
        detail: "Supported: application/x-www-form-urlencoded"
        instance: "urn:uuid:<id>"
        code: "unsupported_media_type"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn query_of_the_wrong_type_is_a_400() {
    send(app(), get("/query?qty=hunter2")).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"query","name":"qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}}]
    "#]]);
}

#[tokio::test]
async fn path_of_the_wrong_type_is_a_400() {
    send(app(), get("/path/hunter2")).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"path","name":"id","code":"type","detail":"must be an integer","params":{"expected":"integer"}}]
    "#]]);
}

#[tokio::test]
async fn path_that_is_not_utf_8_is_a_400() {
    for path in ["/path/%ff", "/raw/%ff"] {
        let answer = send(app(), get(path)).await;
        answer.check();
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "bad_request".into()));
    }
}

#[tokio::test]
async fn mistakes_of_the_service_reveal_nothing() {
    for path in ["/pair/1", "/extension", "/nested", "/nowhere"] {
        let answer = send(app(), get(path)).await;
        answer.check();
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (500, "internal_error".into()),
            "{path}"
        );
        assert!(!answer.body.contains("u128") && !answer.body.contains("xtension"));
    }
}

#[tokio::test]
async fn body_over_its_limit_is_a_413() {
    posted("/bytes", "", "123456789").await.is(&expect![[r#"
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
async fn incomplete_body_is_malformed() {
    let broken = Body::from_stream(tokio_stream());
    let app = Router::new().route("/", post(|_: Bytes| async {})).layer(ApiErrorLayer::new());
    let sent = Request::post("/").body(broken).unwrap();
    let body = call(app, sent).await.json();
    assert_eq!((&body["code"], &body["status"]), (&"malformed_body".into(), &400.into()));
    assert!(!body.to_string().contains("hunter2"));
}

/// Returns a body whose second frame is an error.
fn tokio_stream() -> impl futures_core::Stream<Item = Result<Bytes, std::io::Error>> {
    let frames = [Ok(Bytes::from_static(b"start")), Err(std::io::Error::other("hunter2"))];
    futures_util::stream::iter(frames)
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_malformed() {
    let answer = posted("/string", "", &b"\xff"[..]).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body".into()));
}

#[tokio::test]
async fn multipart_without_a_boundary_is_a_415() {
    posted("/multipart", "text/plain", "x").await.is(&expect![[r#"
        415 Unsupported Media Type
        accept: multipart/form-data
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unsupported_media_type"
        title: "Unsupported media type"
        status: 415
        detail: "Supported: multipart/form-data"
        instance: "urn:uuid:<id>"
        code: "unsupported_media_type"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn invalid_multipart_is_malformed() {
    let answer = posted("/multipart", "multipart/form-data; boundary=x", "hunter2").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body".into()));
    assert!(!answer.body.contains("hunter2"));
}

#[tokio::test]
async fn socket_without_an_upgrade_is_a_400() {
    send(app(), get("/socket")).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/bad_request"
        title: "Bad request"
        status: 400
        detail: "Connection header did not include 'upgrade'"
        instance: "urn:uuid:<id>"
        code: "bad_request"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn socket_with_another_method_is_a_405() {
    let answer = posted("/socket", "", "").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (405, "method_not_allowed".into()));
}

#[tokio::test]
async fn socket_that_cannot_be_upgraded_is_a_426() {
    let mut sent = get("/socket");
    for (name, value) in [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ] {
        sent.headers_mut().insert(name, value.parse().unwrap());
    }
    // Within the process there is no connection to upgrade.
    let response = tower::ServiceExt::oneshot(app(), sent).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["upgrade"]),
        (426, &"websocket".parse().unwrap())
    );
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}
