//! Tests of multipart forms.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use definable_errors::ApiError;
use definable_errors::extract::{BodyLimit, Json, Multipart};
use expect_test::expect;
use futures_util::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};
use support::{Answer, posting};

use super::{accepted, broken, chunked, inside, refused, verdict, with};

const KIND: &str = "multipart/form-data; boundary=x";

/// Returns what a handler sees of every part.
async fn list(mut parts: Multipart) -> Result<Json<Vec<Value>>, ApiError> {
    let mut seen = Vec::new();
    while let Some(field) = parts.next_field().await? {
        let names = [field.name(), field.file_name(), field.raw_file_name(), field.content_type()];
        let names = json!(names);
        seen.push(json!([names, field.bytes().await?.len()]));
    }
    Ok(Json(seen))
}

async fn upload(parts: Multipart) -> Result<Json<Value>, ApiError> {
    let mut parts = parts.with_max_parts(4).with_part_limit(8);
    let (mut size, mut copies, mut title) = (None, None, None);
    while let Some(field) = parts.next_field().await? {
        match field.name() {
            Some("file") => {
                let mut file = field.accepting(&["text/plain", "image/*"])?.with_limit(16);
                while let Some(chunk) = file.chunk().await? {
                    *size.get_or_insert(0) += chunk.len();
                }
            }
            Some("copies") => copies = Some(field.parse::<u8>().await?),
            Some("title") => title = Some(field.text().await?),
            _ => {}
        }
    }
    let size = Multipart::required(size, "file")?;
    Ok(Json(json!({"size": size, "copies": copies, "title": title})))
}

async fn types(mut parts: Multipart) -> Result<Json<Vec<Option<String>>>, ApiError> {
    let mut types = Vec::new();
    while let Some(field) = parts.next_field().await? {
        types.push(field.media_type());
    }
    Ok(Json(types))
}

fn app() -> Router {
    Router::new()
        .route("/list", post(list))
        .route("/types", post(types))
        .route("/upload", post(upload))
}

async fn posted(path: &str, body: impl Into<Body>) -> Answer {
    super::answer(app(), posting(path, KIND, body)).await
}

/// Returns a part with a `Content-Disposition`, more headers, and a body.
fn part(disposition: &str, headers: &str, body: &str) -> String {
    format!("--x\r\nContent-Disposition: form-data{disposition}\r\n{headers}\r\n{body}\r\n")
}

fn file(content_type: &str, body: &str) -> String {
    let headers = match content_type {
        "" => String::new(),
        kind => format!("Content-Type: {kind}\r\n"),
    };
    part("; name=\"file\"; filename=\"a.txt\"", &headers, body)
}

fn text(name: &str, body: &str) -> String {
    part(&format!("; name=\"{name}\""), "", body)
}

fn whole(parts: &[String]) -> String {
    format!("{}--x--\r\n", parts.concat())
}

#[tokio::test]
async fn valid_parts_are_accepted() {
    let body =
        whole(&[text("title", "ü"), file("text/plain; charset=utf-8", "hello"), text("?", "")]);
    for body in [Body::from(body.clone()), chunked(body.leak().as_bytes())] {
        let answer = posted("/upload", body).await;
        assert_eq!(answer.json(), json!({"size": 5, "copies": null, "title": "ü"}));
    }
}

#[tokio::test]
async fn typed_part_is_accepted() {
    let body = whole(&[text("copies", "3"), file("", "hello")]);
    assert_eq!(posted("/upload", body).await.json()["copies"], 3);
}

#[tokio::test]
async fn part_of_the_wrong_type_is_a_400() {
    for copies in ["hunter2", "", "256", "-1", " 1"] {
        let answer = posted("/upload", whole(&[text("copies", copies)])).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{copies}");
        assert_eq!(answer.json()["errors"][0]["in"], "form");
        assert_eq!(answer.json()["errors"][0]["pointer"], "#/copies");
        assert!(!answer.body.contains("hunter2"));
    }
}

#[tokio::test]
async fn missing_part_is_a_400() {
    posted("/upload", whole(&[text("title", "a")])).await.is(&expect![[r##"
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
        errors: [{"in":"form","pointer":"#/file","code":"required","detail":"is required"}]
    "##]]);
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_a_400() {
    let mut body = whole(&[text("title", "hunter2?")]).into_bytes();
    let at = body.iter().position(|byte| *byte == b'?').unwrap();
    body[at] = 0xff;
    posted("/upload", body).await.is(&expect![[r##"
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
        errors: [{"in":"form","pointer":"#/title","code":"invalid","detail":"must be UTF-8"}]
    "##]]);
}

#[tokio::test]
async fn file_of_another_type_is_a_415() {
    for kind in ["application/pdf", "text/html", "hunter2", "image", "text/plain/x"] {
        let answer = posted("/upload", whole(&[file(kind, "a")])).await;
        assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"), "{kind}");
        assert!(!answer.body.contains("hunter2"));
    }
    posted("/upload", whole(&[file("application/pdf", "a")])).await.is(&expect![[r#"
        415 Unsupported Media Type
        accept: text/plain, image/*
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unsupported_media_type"
        title: "Unsupported media type"
        status: 415
        detail: "Supported: text/plain, image/*"
        instance: "urn:uuid:<id>"
        code: "unsupported_media_type"
        request_id: "<id>"
    "#]]);
    for kind in ["", "image/png", "IMAGE/x", "text/plain"] {
        assert_eq!(verdict(&posted("/upload", whole(&[file(kind, "a")])).await), accepted());
    }
}

#[tokio::test]
async fn media_type_is_returned_without_its_parameters() {
    let sent = ["", "Text/Markdown; charset=UTF-8", "application/pdf", "text", "text/plain;x"];
    let body = whole(&sent.map(|kind| file(kind, "a")));
    let reported = json!(["text/plain", "text/markdown", "application/pdf", null, null]);
    assert_eq!(posted("/types", body).await.json(), reported);
}

#[tokio::test]
async fn part_over_its_limit_is_a_413() {
    posted("/upload", whole(&[file("", &"x".repeat(17))])).await.is(&expect![[r#"
        413 Payload Too Large
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/payload_too_large"
        title: "Payload too large"
        status: 413
        detail: "A part of the body is larger than 16 bytes."
        instance: "urn:uuid:<id>"
        code: "payload_too_large"
        request_id: "<id>"
        limit: 16
    "#]]);
    let exact = posted("/upload", whole(&[file("", &"x".repeat(16)), text("title", "12345678")]));
    assert_eq!(verdict(&exact.await), accepted());
    let title = posted("/upload", whole(&[text("title", "123456789")])).await;
    assert_eq!(verdict(&title), refused(413, "payload_too_large"));
    assert_eq!(title.json()["limit"], 8);
}

/// Most clients read no response before they have sent everything.
#[tokio::test]
async fn rest_of_a_part_over_its_limit_is_read_and_discarded() {
    let whole = whole(&[file("", &"x".repeat(1024 * 1024))]);
    let (frames, read) = (whole.len().div_ceil(4096), Arc::new(AtomicUsize::new(0)));
    let counted = read.clone();
    let chunks: Vec<_> = whole.as_bytes().chunks(4096).map(Bytes::copy_from_slice).collect();
    let body = Body::from_stream(stream::iter(chunks).map(move |chunk| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, Infallible>(chunk)
    }));
    let answer = posted("/upload", body).await;
    assert_eq!(verdict(&answer), refused(413, "payload_too_large"));
    // The last frame may be left, because the part ends before it.
    assert!(read.load(Ordering::Relaxed) + 1 >= frames, "{read:?} of {frames}");
}

#[tokio::test]
async fn body_over_its_limit_is_a_413() {
    let body = whole(&[text("title", &"x".repeat(100))]);
    for body in [Body::from(body.clone()), chunked(body.leak().as_bytes())] {
        let answer = super::answer(app().layer(BodyLimit::bytes(64)), posting("/list", KIND, body));
        let answer = answer.await;
        assert_eq!(verdict(&answer), refused(413, "payload_too_large"));
        assert_eq!(answer.json()["limit"], 64);
    }
}

#[tokio::test]
async fn limits_of_other_layers_are_reported() {
    let body: &'static str = whole(&[text("title", &"x".repeat(100))]).leak();
    for app in
        [app().layer(BodyLimit::bytes(64)), app().layer(axum::extract::DefaultBodyLimit::max(64))]
    {
        let (status, reported) =
            inside(app, posting("/list", KIND, chunked(body.as_bytes()))).await;
        assert_eq!((status, &reported["limit"]), (413, &64.into()));
    }
    let app = app().layer(tower_http::limit::RequestBodyLimitLayer::new(64));
    let (status, reported) = inside(app, posting("/list", KIND, chunked(body.as_bytes()))).await;
    assert_eq!((status, &reported["limit"]), (413, &64.into()));
}

#[tokio::test]
async fn excess_parts_are_a_400() {
    let five: Vec<_> = (0..5).map(|_| text("a", "")).collect();
    posted("/upload", whole(&five)).await.is(&expect![[r##"
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
        errors: [{"in":"form","pointer":"#","code":"length","detail":"must have at most 4 parts","params":{"max":4}}]
    "##]]);
    let many = |count: usize| whole(&vec![text("a", ""); count]);
    assert_eq!(verdict(&posted("/list", many(100)).await), accepted());
    assert_eq!(verdict(&posted("/list", many(101)).await), refused(400, "validation_failed"));
}

#[tokio::test]
async fn multipart_without_a_boundary_is_a_415() {
    for content_type in [
        "",
        "text/plain",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; Boundary",
        "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=\"x",
        "hunter2/form-data; boundary=x",
    ] {
        let answer = super::answer(app(), posting("/list", content_type, whole(&[]))).await;
        assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"), "{content_type}");
        assert_eq!(answer.header("accept"), Some("multipart/form-data"));
    }
    let twice = [("content-type", KIND), ("content-type", KIND)];
    let answer = super::answer(app(), with(Method::POST, "/list", &twice, whole(&[]))).await;
    assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"));
    let coded = [("content-type", KIND), ("content-encoding", "gzip")];
    let answer = super::answer(app(), with(Method::POST, "/list", &coded, whole(&[]))).await;
    assert_eq!(answer.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn invalid_multipart_is_a_malformed_body() {
    for body in [
        "",
        "hunter2",
        "--x",
        "--x\r\n",
        "--x\r\nhunter2\r\n\r\n1\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"hunter2\"",
        "--x\r\nContent-Disposition: form-data; name=\"hunter2\"\r\n\r\nhunter2",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--y--\r\n",
        "--x\r\nContent-Type: \0\r\n\r\n1\r\n--x--\r\n",
        "--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n--x--\n",
    ] {
        let answer = posted("/list", body).await;
        assert_eq!(verdict(&answer), refused(400, "malformed_body"), "{body:?}");
        assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    }
}

#[tokio::test]
async fn incomplete_multipart_is_malformed() {
    for start in [&b"--x\r\n"[..], b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1"] {
        let (status, body) = inside(app(), posting("/list", KIND, broken(start))).await;
        assert_eq!((status, &body["code"]), (400, &"malformed_body".into()));
    }
}

#[tokio::test]
async fn file_names_are_sanitized() {
    for (sent, expected) in [
        ("../../etc/passwd", json!("passwd")),
        ("C:\\\\Users\\\\a\\\\b.txt", json!("b.txt")),
        (".bashrc", json!("bashrc")),
        ("..", json!(null)),
        ("NUL.txt", json!("_NUL.txt")),
        ("ü.md", json!("ü.md")),
    ] {
        let disposition = format!("; name=\"f\"; filename=\"{sent}\"");
        let answer = posted("/list", whole(&[part(&disposition, "", "x")])).await;
        assert_eq!(answer.json()[0][0][1], expected, "{sent}");
        assert!(answer.json()[0][0][2].is_string());
    }
}

#[tokio::test]
async fn headers_of_a_part_are_optional() {
    let answer = posted("/list", "--x\r\nX-Own: a\r\n\r\n1\r\n--x--\r\n").await;
    assert_eq!(answer.json(), json!([[[null, null, null, null], 1]]));
    assert_eq!(posted("/list", whole(&[])).await.json(), json!([]));
}

#[tokio::test]
async fn mistake_is_reported_with_its_place() {
    posted("/upload", whole(&[text("copies", "hunter2")])).await.is(&expect![[r##"
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
        errors: [{"in":"form","pointer":"#/copies","code":"type","detail":"must be an integer","params":{"expected":"integer"}}]
    "##]]);
}
