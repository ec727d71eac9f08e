//! Tests of optional extractors: absent is `None`; present and wrong is an error.

use axum::Router;
use axum::body::Body;
use axum::routing::{any, get as on_get};
use definable_errors::extract::{Form, Json, Multipart, Path, Query};
use http::{Method, Request};
use support::{Answer, get};

use super::{Order, broken, chunked, inside, refused, verdict, with};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=x";

fn said<T>(it: Option<T>) -> &'static str {
    it.map_or("none", |_| "some")
}

fn app() -> Router {
    Router::new()
        .route("/json", any(|it: Option<Json<Order>>| async { said(it) }))
        .route("/form", any(|it: Option<Form<Order>>| async { said(it) }))
        .route("/multipart", any(|it: Option<Multipart>| async { said(it) }))
        .route("/query", on_get(|it: Option<Query<Order>>| async { said(it) }))
        .route("/path", on_get(|it: Option<Path<u8>>| async move { said(it) }))
        .route("/path/{it}", on_get(|it: Option<Path<u8>>| async move { said(it) }))
        .fallback(|it: Option<Path<u8>>| async move { said(it) })
}

fn posting(path: &str, content_type: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let fields: Vec<_> = content_type.map(|kind| ("content-type", kind)).into_iter().collect();
    with(Method::POST, path, &fields, body)
}

async fn posted(path: &str, content_type: Option<&str>, body: impl Into<Body>) -> Answer {
    super::answer(app(), posting(path, content_type, body)).await
}

#[tokio::test]
async fn missing_body_is_none() {
    for path in ["/json", "/form", "/multipart"] {
        for content_type in [None, Some("text/plain"), Some(JSON), Some(FORM), Some(MULTIPART)] {
            assert_eq!(
                posted(path, content_type, "").await.body,
                "none",
                "{path} {content_type:?}"
            );
        }
        assert_eq!(posted(path, None, chunked(b"")).await.body, "none", "{path}");
        assert_eq!(posted(path, Some("text/plain"), chunked(b"")).await.body, "none", "{path}");
    }
    assert_eq!(posted("/json", Some(JSON), chunked(b"")).await.body, "none");
    assert_eq!(posted("/form", Some(FORM), chunked(b"")).await.body, "none");
}

#[tokio::test]
async fn valid_body_is_some() {
    for (path, content_type, body) in [
        ("/json", JSON, &br#"{"qty":1}"#[..]),
        ("/form", FORM, b"qty=1"),
        ("/multipart", MULTIPART, b"--x--\r\n"),
    ] {
        assert_eq!(posted(path, Some(content_type), body).await.body, "some", "{path}");
        assert_eq!(posted(path, Some(content_type), chunked(body)).await.body, "some", "{path}");
    }
}

#[tokio::test]
async fn body_of_another_type_is_an_error() {
    for path in ["/json", "/form", "/multipart"] {
        for content_type in [None, Some("text/plain"), Some(""), Some("multipart/form-data")] {
            for body in [Body::from("hunter2"), chunked(b"hunter2")] {
                let answer = posted(path, content_type, body).await;
                assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"), "{path}");
            }
        }
    }
}

#[tokio::test]
async fn wrong_body_is_an_error() {
    for (path, content_type, body, code) in [
        ("/json", JSON, " ", "malformed_body"),
        ("/json", JSON, "{", "malformed_body"),
        ("/json", JSON, "null", "validation_failed"),
        ("/json", JSON, "{}", "validation_failed"),
        ("/form", FORM, "qty=x", "validation_failed"),
        ("/form", FORM, "qty=%ff", "malformed_body"),
    ] {
        let answer = posted(path, Some(content_type), body).await;
        assert_eq!(verdict(&answer), refused(400, code), "{path} {body}");
    }
}

#[tokio::test]
async fn broken_or_large_body_is_an_error() {
    for (path, content_type) in [("/json", Some(JSON)), ("/form", Some(FORM)), ("/json", None)] {
        let (status, body) = inside(app(), posting(path, content_type, broken(b""))).await;
        assert_eq!((status, &body["code"]), (400, &"malformed_body".into()), "{path}");
    }
    let app = app().layer(axum::extract::DefaultBodyLimit::max(2));
    for path in ["/json", "/form"] {
        let kind = if path == "/json" { JSON } else { FORM };
        let answer = super::answer(app.clone(), posting(path, Some(kind), "hunter2")).await;
        assert_eq!(verdict(&answer), refused(413, "payload_too_large"));
    }
}

#[tokio::test]
async fn missing_query_is_none() {
    for (path, status, body) in [
        ("/query", 200, "none"),
        ("/query?", 200, "none"),
        ("/query?qty=1", 200, "some"),
        ("/query?qty=x", 400, ""),
        ("/query?other=1", 400, ""),
        ("/query?%ff", 400, ""),
        ("/form", 200, "none"),
        ("/form?", 200, "none"),
        ("/form?qty=1", 200, "some"),
        ("/form?qty=x", 400, ""),
    ] {
        let answer = super::answer(app(), get(path)).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(status == 400 || answer.body == body, "{path}");
    }
}

#[tokio::test]
async fn missing_parameter_is_none() {
    for (path, status, body) in [
        ("/path", 200, "none"),
        ("/nowhere", 200, "none"),
        ("/path/1", 200, "some"),
        ("/path/x", 400, ""),
        ("/path/%ff", 400, ""),
    ] {
        let answer = super::answer(app(), get(path)).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(status == 400 || answer.body == body, "{path}");
    }
}
