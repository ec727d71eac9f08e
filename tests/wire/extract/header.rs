//! Tests of header fields.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::extract::{Header, Json};
use expect_test::expect;
use http::{HeaderValue, Method, Request};
use support::{Answer, get};

use super::{accepted, refused, verdict, with};

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Conditions {
    x_revision: u32,
    if_match: Option<String>,
    #[serde(rename = "X-Request-Kind", default)]
    kind: Option<Kind>,
    #[serde(rename = "accept-language", default)]
    languages: Vec<String>,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Fast,
    Safe,
}

fn app() -> Router {
    Router::new().route("/", on_get(|Header(it): Header<Conditions>| async { Json(it) })).route(
        "/maybe",
        on_get(|it: Option<Header<Conditions>>| async { Json(it.map(|Header(it)| it)) }),
    )
}

async fn asked(path: &str, fields: &[(&str, &str)]) -> Answer {
    super::answer(app(), with(Method::GET, path, fields, "")).await
}

#[tokio::test]
async fn valid_headers_are_accepted() {
    let fields = [
        ("X-Revision", "7"),
        ("If-Match", "\"a, b\""),
        ("x-request-kind", "safe"),
        ("Accept-Language", "de, en;q=0.5,,"),
        ("accept-language", "fr"),
    ];
    let expected = r#"{"x_revision":7,"if_match":"\"a, b\"","X-Request-Kind":"safe","accept-language":["de","en;q=0.5","fr"]}"#;
    assert_eq!(asked("/", &fields).await.body, expected);
}

#[tokio::test]
async fn headers_of_the_wrong_type_are_a_400() {
    for (name, value) in [
        ("host", "a"),
        ("x-revision", ""),
        ("x-revision", "hunter2"),
        ("x-revision", "-1"),
        ("x-revision", "1, 2"),
        ("x-revision", "4294967296"),
        ("x-revision", "ü"),
    ] {
        let answer = asked("/", &[(name, value)]).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{name}: {value}");
        assert_eq!(answer.json()["errors"][0]["in"], "header");
        assert!(!answer.body.contains("hunter2"));
    }
    let doubled = asked("/", &[("x-revision", "1"), ("x-revision", "2")]).await;
    assert_eq!(verdict(&doubled), refused(400, "validation_failed"));
    let kind = asked("/", &[("x-revision", "1"), ("x-request-kind", "hunter2")]).await;
    assert_eq!(verdict(&kind), refused(400, "validation_failed"));
}

fn undecodable(name: &'static str) -> Request<axum::body::Body> {
    let mut sent = get("/");
    sent.headers_mut().insert("x-revision", HeaderValue::from_static("1"));
    sent.headers_mut().append(name, HeaderValue::from_bytes(b"hunter2\xff").unwrap());
    sent
}

#[tokio::test]
async fn header_that_is_not_utf_8_is_a_400() {
    super::answer(app(), undecodable("if-match")).await.is(&expect![[r#"
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
        errors: [{"in":"header","name":"if-match","code":"invalid","detail":"must be UTF-8"}]
    "#]]);
}

#[tokio::test]
async fn unused_header_can_have_any_bytes() {
    assert_eq!(verdict(&super::answer(app(), undecodable("x-other")).await), accepted());
}

#[tokio::test]
async fn missing_headers_are_none_and_incomplete_ones_are_a_400() {
    let none = asked("/maybe", &[("x-other", "1")]).await;
    assert_eq!((verdict(&none), &*none.body), (accepted(), "null"));
    let all = asked("/maybe", &[("x-revision", "1")]).await;
    assert_eq!(all.json()["x_revision"], 1);
    for fields in [[("x-revision", "hunter2")], [("if-match", "*")]] {
        let answer = asked("/maybe", &fields).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"));
    }
}

#[tokio::test]
async fn every_mistake_is_reported_by_the_name_of_its_header() {
    let fields = [("x-request-kind", "hunter2"), ("if-match", "a"), ("if-match", "b")];
    asked("/", &fields).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "3 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"header","name":"x-request-kind","code":"one_of","detail":"must be one of fast, safe","params":{"expected":["fast","safe"]}},{"in":"header","name":"if-match","code":"duplicate","detail":"must be given only once"},{"in":"header","name":"x-revision","code":"required","detail":"is required"}]
    "#]]);
}
