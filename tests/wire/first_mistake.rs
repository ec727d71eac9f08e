//! Tests that the one mistake that axum's own extractors name is sent with its place and its code.

use std::collections::HashMap;

use axum::body::Body;
use axum::extract::{Form, Path, Query};
use axum::routing::{get as on_get, post};
use axum::{Json, Router};
use definable_errors::ApiErrorLayer;
use expect_test::expect;
use http::Request;
use support::{Answer, get, posting, send};

/// Returns the violations of a response as they were sent, or an empty text.
fn violations(answer: &Answer) -> String {
    let errors = answer.body.split_once("\"errors\":").map(|(_, errors)| errors);
    errors.and_then(|errors| errors.strip_suffix('}')).unwrap_or_default().to_owned()
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct Deep {
    b: Vec<Item>,
    kind: Option<Kind>,
    card: Option<Card>,
    id: Option<uuid::Uuid>,
    counts: Option<HashMap<String, u8>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only deserialized")]
struct Item {
    y: u8,
    z: Option<bool>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Small,
    Large,
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
enum Card {
    Visa { number: String },
}

#[derive(serde::Deserialize)]
#[serde(try_from = "String")]
struct Whole;

impl TryFrom<String> for Whole {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("{text}: is no whole"))
    }
}

fn routes() -> Router {
    Router::new()
        .route("/deep", post(|_: Json<Deep>| async {}))
        .route("/whole", post(|_: Json<Whole>| async {}))
        .route("/item", on_get(|_: Query<Item>| async {}).post(|_: Form<Item>| async {}))
        .route("/form", on_get(|_: Form<Item>| async {}))
        .route("/one/{id}", on_get(|_: Path<u8>| async {}))
        .route("/uuid/{id}", on_get(|_: Path<uuid::Uuid>| async {}))
        .route("/two/{org}/{id}", on_get(|_: Path<(String, i16)>| async {}))
        .route("/kind/{kind}", on_get(|_: Path<Kind>| async {}))
        .nest("/in/{outer}", Router::new().route("/{y}", on_get(|_: Path<Named>| async {})))
        .layer(ApiErrorLayer::new())
}

#[derive(serde::Deserialize)]
#[expect(dead_code, reason = "only deserialized")]
struct Named {
    outer: String,
    y: bool,
}

async fn json(path: &str, body: impl Into<Body>) -> String {
    let answer = send(routes(), posting(path, "application/json", body)).await;
    answer.check();
    assert_eq!((answer.status.as_u16(), answer.code()), (422, "validation_failed".into()));
    violations(&answer)
}

async fn of(request: Request<Body>) -> String {
    let answer = send(routes(), request).await;
    answer.check();
    assert_eq!(answer.code(), "validation_failed");
    violations(&answer)
}

fn body(pointer: &str, rest: &str) -> String {
    format!(r#"[{{"in":"body","pointer":"{pointer}",{rest}}}]"#)
}

#[tokio::test]
async fn missing_field_of_axums_json_is_named_with_its_place() {
    let answer = send(routes(), posting("/deep", "application/json", r#"{"b":[{}]}"#)).await;
    answer.is(&expect![[r##"
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
        errors: [{"in":"body","pointer":"#/b/0/y","code":"required","detail":"is required"}]
    "##]]);
}

#[tokio::test]
async fn mistakes_of_axums_json_have_place_and_code() {
    let integer = r#""code":"type","detail":"must be an integer","params":{"expected":"integer"}"#;
    let cases = [
        (r#"{"b":[{"y":1},{"y":"hunter2"}]}"#, body("#/b/1/y", integer)),
        (r#"{"b":[{"y":"x, expected a string"}]}"#, body("#/b/0/y", integer)),
        (
            r#"{"b":[{"y":300}]}"#,
            body(
                "#/b/0/y",
                r#""code":"range","detail":"must be between 0 and 255","params":{"min":0,"max":255}"#,
            ),
        ),
        (
            r#"{"b":[{"y":1,"hunter":2}]}"#,
            body("#/b/0/hunter", r#""code":"unknown_field","detail":"is unknown""#),
        ),
        (
            r#"{"b":[],"kind":"hunter2"}"#,
            body(
                "#/kind",
                r#""code":"one_of","detail":"must be one of small, large","params":{"expected":["small","large"]}"#,
            ),
        ),
        (
            r#"{"b":[],"kind":"x`, expected `hunter2"}"#,
            body(
                "#/kind",
                r#""code":"one_of","detail":"must be one of small, large","params":{"expected":["small","large"]}"#,
            ),
        ),
        (
            r#"{"b":[],"card":{"Visa":{}}}"#,
            body("#/card/Visa/number", r#""code":"required","detail":"is required""#),
        ),
        (r#"{"b":[],"id":"hunter2"}"#, body("#/id", r#""code":"invalid","detail":"is not valid""#)),
        (r#"{"b":[],"counts":{"größe m":"x"}}"#, body("#/counts/gr%C3%B6%C3%9Fe%20m", integer)),
        ("[]", body("#/b", r#""code":"required","detail":"is required""#)),
    ];
    for (sent, expected) in cases {
        let found = json("/deep", sent).await;
        if sent == "[]" {
            assert!(found.contains(r##""pointer":"#","##), "{found}");
        } else {
            assert_eq!(found, expected, "{sent}");
        }
        assert!(!found.contains("hunter2"), "{found}");
    }
}

#[tokio::test]
async fn names_that_forge_a_text_of_axums_json_get_no_violation() {
    for key in ["a: missing field `hunter2`", "a]", "a[x]", "\\\"", "missing field `hunter2`"] {
        let sent = format!(r#"{{"b":[],"counts":{{"{key}":"x"}}}}"#);
        assert_eq!(json("/deep", sent).await, "", "{key}");
    }
    // A message that begins with the submitted text contains no path.
    assert_eq!(json("/whole", r#""hunter2""#).await, "");
}

#[tokio::test]
async fn long_value_that_axums_json_rejects_is_reported_with_its_place() {
    let sent = format!(r#"{{"b":[{{"y":"{}"}}]}}"#, "x".repeat(20_000));
    assert!(json("/deep", sent).await.contains(r##""pointer":"#/b/0/y""##));
    let sent = format!(r#"{{"b":[{{"y":"{}"}}]}}"#, "x".repeat(100_000));
    assert_eq!(json("/deep", sent).await, "");
}

#[tokio::test]
async fn mistakes_of_axums_query_and_form_are_named() {
    let missing =
        |place: &str| format!(r#"[{{{place},"code":"required","detail":"is required"}}]"#);
    let boolean = |place: &str| {
        format!(
            r#"[{{{place},"code":"type","detail":"must be a boolean","params":{{"expected":"boolean"}}}}]"#
        )
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(of(get("/item")).await, missing(r#""in":"query","name":"y""#));
    assert_eq!(of(get("/item?y=1&z=hunter2")).await, boolean(r#""in":"query","name":"z""#));
    assert_eq!(of(get("/form?y=1&z=hunter2")).await, boolean(r#""in":"query","name":"z""#));
    assert_eq!(
        of(posting("/item", form, "y=1&z=hunter2")).await,
        boolean(r##""in":"form","pointer":"#/z""##)
    );
    assert_eq!(
        of(posting("/item", form, "z=true")).await,
        missing(r##""in":"form","pointer":"#/y""##)
    );
    let unknown = of(get("/item?y=1&hunter=2")).await;
    assert_eq!(
        unknown,
        r#"[{"in":"query","name":"hunter","code":"unknown_field","detail":"is unknown"}]"#
    );
    assert_eq!(of(get("/item?y=1&a:%20missing%20field%20%60hunter2%60=2")).await, "");
}

#[tokio::test]
async fn mistakes_of_axums_path_are_named_by_the_route() {
    let integer = |name: &str| {
        format!(
            r#"[{{"in":"path","name":"{name}","code":"type","detail":"must be an integer","params":{{"expected":"integer"}}}}]"#
        )
    };
    assert_eq!(of(get("/one/hunter2")).await, integer("id"));
    assert_eq!(of(get("/one/hunter2%60%20with%20value%20%60x")).await, integer("id"));
    assert_eq!(of(get("/two/acme/hunter2")).await, integer("id"));
    let range = of(get("/one/300")).await;
    assert!(range.contains(r#""name":"id","code":"range""#), "{range}");
    let named = of(get("/in/acme/hunter2")).await;
    assert!(named.contains(r#""name":"y","code":"type""#), "{named}");
    let uuid = of(get("/uuid/hunter2")).await;
    assert_eq!(uuid, r#"[{"in":"path","name":"id","code":"invalid","detail":"is not valid"}]"#);
    let kind = of(get("/kind/hunter2")).await;
    assert!(
        kind.contains(r#""name":"kind","code":"one_of""#) && !kind.contains("hunter2"),
        "{kind}"
    );
}
