//! Tests of several extractors with one response.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, State};
use axum::routing::{get as on_get, post};
use definable_errors::ApiError;
use definable_errors::extract::{
    Header, Inputs, Json, Pagination, Path, Query, Rules, Valid, Violations,
};
use expect_test::expect;
use http::request::Parts;
use http::{Method, Request};
use support::{get, with};

use super::{answer, posting, reported};

#[derive(serde::Deserialize)]
struct Order {
    qty: u32,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("qty", &self.qty).range(1..);
    }
}

#[derive(serde::Deserialize)]
struct Ids {
    #[expect(dead_code, reason = "only deserialized")]
    id: u32,
}

/// An extractor that fails as its header asks.
struct Refusing;

impl<S: Sync> FromRequestParts<S> for Refusing {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        match parts.headers.get("x-refuse").map(http::HeaderValue::as_bytes) {
            Some(b"401") => Err(ApiError::missing_credentials()),
            Some(b"500") => Err(ApiError::internal_error()),
            Some(b"400") => Err(ApiError::bad_request("No.")),
            _ => Ok(Self),
        }
    }
}

fn app() -> Router {
    type All = Inputs<(Path<Ids>, Query<Order>, Valid<Json<Order>>)>;
    type Head = Inputs<(Path<Ids>, Pagination<10, 5>)>;
    type Four = Inputs<(Header<Order>, Inputs<(Path<Ids>, Query<Order>)>, Json<Order>)>;
    async fn of_all(Inputs((_, Query(query), Valid(Json(order)))): All) -> String {
        format!("{} {}", query.qty, order.qty)
    }
    Router::new()
        .route("/all/{id}", post(of_all).layer(DefaultBodyLimit::max(64)))
        .route("/head/{id}", on_get(|_: Head, State(()): State<()>| async {}))
        .route("/four/{id}", post(|_: Four| async {}))
        .route(
            "/refusing",
            post(|_: Inputs<(Refusing, State<()>, Valid<Json<Order>>)>| async {})
                .layer(DefaultBodyLimit::max(64)),
        )
}

#[tokio::test]
async fn valid_inputs_are_accepted() {
    assert_eq!(answer(app(), posting("/all/1?qty=2", r#"{"qty":3}"#)).await.body, "2 3");
    assert_eq!(answer(app(), get("/head/1")).await.status, 200);
}

#[tokio::test]
async fn violations_of_all_inputs_are_reported_together() {
    let sent = posting("/all/hunter2?qty=hunter2", r#"{"qty":0}"#);
    answer(app(), sent).await.is(&expect![[r##"
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
        errors: [{"in":"path","name":"id","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"query","name":"qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"body","pointer":"#/qty","code":"range","detail":"must be at least 1","params":{"min":1}}]
    "##]]);
}

#[tokio::test]
async fn an_extractor_of_the_head_may_be_one_of_several_again() {
    let mut sent = posting("/four/x?qty=y", r#"{}"#);
    sent.headers_mut().insert("qty", "z".parse().unwrap());
    assert_eq!(
        reported(app(), sent).await,
        [
            r#"path id type: must be an integer {"expected":"integer"}"#,
            r#"query qty type: must be an integer {"expected":"integer"}"#,
            r#"header qty type: must be an integer {"expected":"integer"}"#,
            "body #/qty required: is required"
        ]
    );
    assert_eq!(
        reported(app(), get("/head/x?page=0&page_size=11")).await,
        [
            r#"path id type: must be an integer {"expected":"integer"}"#,
            r#"query page range: must be at least 1 {"min":1}"#,
            r#"query page_size range: must be between 1 and 10 {"max":10,"min":1}"#
        ]
    );
}

fn refused(head: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    with(Method::POST, "/refusing", &[("x-refuse", head), ("content-type", content_type)], body)
}

#[tokio::test]
async fn error_that_makes_the_others_meaningless_is_reported_alone() {
    let json = "application/json";
    let cases = [
        (refused("401", "text/plain", "x"), "missing_credentials"),
        (refused("500", "text/plain", "x"), "internal_error"),
        (refused("400", "text/plain", "x"), "unsupported_media_type"),
        (refused("400", json, "x".repeat(65)), "payload_too_large"),
        (refused("400", json, r#"{"qty":0}"#), "bad_request"),
        (refused("", json, "{"), "malformed_body"),
        (refused("", json, r#"{"qty":0}"#), "validation_failed"),
        (posting("/all/x?qty=x", "{"), "malformed_body"),
        (posting("/all/x?qty=x", " ".repeat(65)), "payload_too_large"),
        (posting("/all/%FF?qty=x", r#"{"qty":0}"#), "bad_request"),
    ];
    for (sent, code) in cases {
        let what = format!("{sent:?}");
        assert_eq!(answer(app(), sent).await.code(), code, "{what}");
    }
}
