//! Tests of bodies at the limit and over it.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequestParts};
use axum::routing::post;
use definable_errors::ApiError;
use definable_errors::extract::{BodyLimit, Form, Json};
use definable_errors::guard;
use expect_test::expect;
use http::request::Parts;
use http::{Method, Request};
use support::{Answer, posting};
use tower_http::limit::RequestBodyLimitLayer;

use super::{accepted, chunked, inside, refused, verdict, with};

const MIB: usize = 1024 * 1024;

/// A length that exceeds every integer type.
const BEYOND: &str = "99999999999999999999999999999999999999999999";

fn app() -> Router {
    Router::new()
        .route("/json", post(|value: Json<serde_json::Value>| async { value }))
        .route("/form", post(|_: Form<Vec<(String, String)>>| async {}))
        .route("/bytes", post(|_: Bytes| async {}))
        .route("/unread", post(|| async {}))
}

fn json(body: impl Into<Body>) -> Request<Body> {
    posting("/json", "application/json", body)
}

fn form(body: impl Into<Body>) -> Request<Body> {
    posting("/form", "application/x-www-form-urlencoded", body)
}

fn is_too_large(answer: &Answer, limit: usize) {
    assert_eq!(verdict(answer), refused(413, "payload_too_large"));
    assert_eq!(answer.json()["limit"], limit);
}

#[tokio::test]
async fn body_over_the_limit_is_rejected() {
    let app = app().layer(BodyLimit::bytes(8));
    super::answer(app, json("\"1234567\"")).await.is(&expect![[r#"
        413 Payload Too Large
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/payload_too_large"
        title: "Payload too large"
        status: 413
        detail: "The body is larger than 8 bytes."
        instance: "urn:uuid:<id>"
        code: "payload_too_large"
        request_id: "<id>"
        limit: 8
    "#]]);
}

#[tokio::test]
async fn body_of_exactly_the_limit_is_accepted() {
    let app = || app().layer(BodyLimit::bytes(8));
    for body in [Body::from("\"123456\""), chunked(b"\"123456\"")] {
        assert_eq!(verdict(&super::answer(app(), json(body)).await), accepted());
    }
    for body in [Body::from("\"1234567\""), chunked(b"\"1234567\"")] {
        is_too_large(&super::answer(app(), json(body)).await, 8);
    }
    for body in [Body::from("a=1234567"), chunked(b"a=1234567")] {
        is_too_large(&super::answer(app(), form(body)).await, 8);
    }
}

#[tokio::test]
async fn extractors_of_axum_have_the_same_limit() {
    let sent = |body| with(Method::POST, "/bytes", &[], body);
    let app = || app().layer(guard::layer(BodyLimit::bytes(8)));
    let claimed = super::answer(app(), sent(Body::from("123456789"))).await;
    is_too_large(&claimed, 8);
    let unclaimed = super::answer(app(), sent(chunked(b"123456789"))).await;
    assert_eq!(verdict(&unclaimed), refused(413, "payload_too_large"));
    assert_eq!(verdict(&super::answer(app(), sent(chunked(b"12345678"))).await), accepted());
}

#[tokio::test]
async fn unread_body_is_rejected_by_its_length() {
    let app = app().layer(BodyLimit::bytes(8));
    is_too_large(&super::answer(app, with(Method::POST, "/unread", &[], "123456789")).await, 8);
}

#[tokio::test]
async fn default_is_the_limit_of_axum() {
    for limit in [None, Some(BodyLimit::default())] {
        let app = || match limit {
            Some(limit) => app().layer(limit),
            None => app(),
        };
        let quoted = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
        let (status, _) = inside(app(), json(quoted(2 * MIB))).await;
        assert_eq!(status, 200);
        let (status, body) = inside(app(), json(quoted(2 * MIB + 1))).await;
        assert_eq!((status, &body["limit"]), (413, &(2 * MIB).into()));
    }
}

#[tokio::test]
async fn limits_of_other_layers_are_reported() {
    let by_axum = || app().layer(DefaultBodyLimit::max(8));
    is_too_large(&super::answer(by_axum(), json("\"1234567\"")).await, 8);
    is_too_large(&super::answer(by_axum(), json(chunked(b"\"1234567\""))).await, 8);
    let by_tower = || app().layer(RequestBodyLimitLayer::new(8));
    is_too_large(&super::answer(by_tower(), json(chunked(b"\"1234567\""))).await, 8);
    let unlimited = app().layer(DefaultBodyLimit::disable());
    let large = format!("\"{}\"", "x".repeat(3 * MIB));
    assert_eq!(inside(unlimited, json(large)).await.0, 200);
}

#[tokio::test]
async fn route_can_have_a_lower_limit_than_its_router() {
    let small = Router::new()
        .route("/small", post(|_: Bytes| async {}).layer(BodyLimit::bytes(4)))
        .merge(app())
        .layer(BodyLimit::bytes(8));
    let sent = |path, body: &'static [u8]| with(Method::POST, path, &[], chunked(body));
    for (path, body, status) in [
        ("/small", &b"1234"[..], 200),
        ("/small", b"12345", 413),
        ("/bytes", b"12345678", 200),
        ("/bytes", b"123456789", 413),
    ] {
        let answer = super::answer(small.clone(), sent(path, body)).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn malformed_length_is_ignored() {
    for (length, status) in [("", 200), ("-1", 200), ("x", 200), ("9", 413), (BEYOND, 413)] {
        let mut sent = json("1");
        sent.headers_mut().insert("content-length", length.parse().unwrap());
        assert_eq!(inside(app().layer(BodyLimit::bytes(8)), sent).await.0, status, "{length}");
    }
}

#[tokio::test]
async fn claimed_length_is_not_awaited() {
    let mut sent = json(chunked(b"1"));
    sent.headers_mut().insert("content-length", u64::MAX.into());
    let (status, body) = inside(app().layer(BodyLimit::bytes(8)), sent).await;
    assert_eq!((status, &body["limit"]), (413, &8.into()));
}

/// An extractor for a value that a layer inserted into the request.
#[derive(Clone)]
struct Mark;

impl<S: Sync> FromRequestParts<S> for Mark {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiError::internal_error)
    }
}

#[tokio::test]
async fn request_extensions_are_kept() {
    let app = Router::new()
        .route("/", post(|_: Mark| async {}))
        .layer(BodyLimit::bytes(8))
        .layer(definable_errors::extract::Extension(Mark));
    assert_eq!(verdict(&super::answer(app, with(Method::POST, "/", &[], "1")).await), accepted());
}
