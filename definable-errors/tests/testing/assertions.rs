//! Tests of assertions on one response.

use std::time::Duration;

use axum::response::IntoResponse;
use definable_errors::problem::{NOT_FOUND, Place, Violation};
use definable_errors::testing::{AssertProblem, assert_problem};
use definable_errors::{ApiError, Challenge};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::failure_of;

fn response(body: &Value) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert("x-request-id", HeaderValue::from_static("abc"));
    (StatusCode::NOT_FOUND, headers, body.to_string().into_bytes())
}

fn problem() -> Value {
    json!({
        "type": "/problems/order_not_found", "title": "Order not found", "status": 404,
        "detail": "order 42 does not exist", "code": "order_not_found", "request_id": "abc",
        "order_id": 42,
        "errors": [
            {"in": "body", "pointer": "#/name", "code": "required", "detail": "is required"},
            {"in": "query", "name": "page", "code": "range", "detail": "must be positive"},
        ],
    })
}

#[tokio::test]
async fn checks_that_hold_pass() {
    let problem = assert_problem(response(&problem()))
        .await
        .status(404)
        .status(StatusCode::NOT_FOUND)
        .code("order_not_found")
        .type_uri("/problems/order_not_found")
        .title("Order not found")
        .detail("order 42 does not exist")
        .member("order_id", 42)
        .no_member("secret")
        .violation("#/name", "required")
        .violation("page", "range")
        .violation_count(2)
        .header("x-request-id", "abc")
        .no_header("retry-after")
        .request_id("abc")
        .does_not_contain("hunter2");
    assert_eq!(problem.problem().code(), Some("order_not_found"));
    assert_eq!(problem.response().status(), 404);
}

#[tokio::test]
async fn response_of_a_handler_is_read() {
    let wait = Duration::from_secs(30);
    assert_problem(ApiError::rate_limited(wait).into_response()).await.retry_after(wait);
    let rejection = ApiError::missing_credentials().with_challenge(Challenge::bearer("api"));
    assert_problem(rejection.into_response()).await.status(401).challenge("bearer");
    let not_found = ApiError::not_found("no order");
    assert_problem(not_found.into_response()).await.problem_type(&NOT_FOUND);
    let violation = Violation::new(Place::Body("#/a".into()), "required", "is required");
    let invalid = ApiError::validation_failed([violation]);
    assert_problem(invalid.into_response()).await.violation("#/a", "required");
}

/// Every check with a value that does not hold, and what its message contains.
type Check = fn(AssertProblem) -> AssertProblem;
const WRONG: [(Check, &str, &str, &str); 17] = [
    (|it| it.status(400), "the status", "400", "404 Not Found"),
    (|it| it.code("x"), "`code`", "\"x\"", "\"order_not_found\""),
    (|it| it.type_uri("/x"), "`type`", "\"/x\"", "\"/problems/order_not_found\""),
    (|it| it.title("x"), "`title`", "\"x\"", "\"Order not found\""),
    (|it| it.detail("x"), "`detail`", "\"x\"", "\"order 42 does not exist\""),
    (|it| it.problem_type(&NOT_FOUND), "`code`", "\"not_found\"", "\"order_not_found\""),
    (|it| it.member("order_id", "42"), "`order_id`", "\"42\"", "42"),
    (|it| it.member("x", 1), "`x`", "1", "no such member"),
    (|it| it.no_member("order_id"), "`order_id`", "no such member", "42"),
    (
        |it| it.violation("#/name", "type"),
        "a violation",
        "#/name type",
        "#/name required, page range",
    ),
    (|it| it.violation_count(1), "the number of violations", "1", "2"),
    (|it| it.header("x-request-id", "x"), "`x-request-id`", "\"x\"", "\"abc\""),
    (|it| it.no_header("x-request-id"), "`x-request-id`", "no such header", "\"abc\""),
    (|it| it.challenge("Bearer"), "`WWW-Authenticate`", "Bearer", "no challenge"),
    (|it| it.retry_after(Duration::from_secs(1)), "`retry-after`", "\"1\"", "no such header"),
    (|it| it.request_id("x"), "`request_id`", "\"x\"", "\"abc\""),
    (|it| it.does_not_contain("order 42"), "\"order 42\"", "nowhere", "the body"),
];

#[tokio::test]
async fn failed_check_prints_expectation_finding_and_response() {
    for (check, what, expected, found) in WRONG {
        let asserted = assert_problem(response(&problem())).await;
        let message = failure_of(async move { check(asserted) }).await;
        let (first, rest) = message.split_once('\n').unwrap();
        assert!(first.contains(what), "{message}");
        assert!(
            rest.starts_with(&format!("  expected: {expected}\n  found:    {found}\n")),
            "{message}"
        );
        assert!(
            rest.contains("\n\n404 Not Found\ncontent-type: application/problem+json\n"),
            "{message}"
        );
        assert!(rest.contains("\n  \"order_id\": 42,\n"), "{message}");
    }
}

/// Changes of a valid problem that make it invalid, and what the message contains.
type Change = fn(&mut Value);
const INVALID: [(Change, &str, &str); 8] = [
    (
        |body| body["status"] = json!(500),
        "RFC 9457 §3.1.2",
        "the response has 404, `status` is 500",
    ),
    (|body| drop(body.as_object_mut().unwrap().remove("status")), "§3.1.2", "is missing"),
    (|body| body["status"] = json!("404"), "RFC 9457 §3.1)", "`status` is \"404\""),
    (|body| body["title"] = json!(7), "RFC 9457 §3.1)", "`title` is 7"),
    (|body| body["type"] = json!("problems/x"), "RFC 9457 §3.1.1", "`type` is \"problems/x\""),
    (|body| drop(body.as_object_mut().unwrap().remove("code")), "`code`", "no `code`"),
    (|body| body["code"] = json!("Not Found"), "`code`", "`code` is \"Not Found\""),
    (|body| *body = json!(["x"]), "RFC 9457 §3)", "not a JSON object: \"[\\\"x\\\"]\""),
];

#[tokio::test]
async fn invalid_problem_fails_at_the_call() {
    for (change, required, found) in INVALID {
        let mut body = problem();
        change(&mut body);
        let line = line!() + 1;
        let message = failure_of(assert_problem(response(&body))).await;
        let place = format!("at definable-errors/tests/testing/assertions.rs:{line}:");
        assert!(message.starts_with(&place), "{message}");
        assert!(message.contains("the response is not a valid problem\n  required: "), "{message}");
        assert!(message.contains(required) && message.contains(found), "{message}");
    }
}

#[tokio::test]
async fn other_bodies_are_no_problems() {
    let of = |content_type: Option<&'static str>, body: &'static str| {
        let mut headers = HeaderMap::new();
        if let Some(value) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
        }
        (StatusCode::BAD_REQUEST, headers, body)
    };
    let message = failure_of(assert_problem(of(None, ""))).await;
    assert!(message.contains("no content type, an empty body"), "{message}");
    assert!(message.contains("(the body is empty)"), "{message}");
    let message = failure_of(assert_problem(of(Some("text/plain"), "no\u{1b}[1m such"))).await;
    assert!(message.contains("`text/plain`, \"no\\u{1b}[1m such\""), "{message}");
    assert!(!message.contains('\u{1b}'), "{message}");
    let json = of(Some("application/json"), r#"{"status": 400}"#);
    assert!(failure_of(assert_problem(json)).await.contains("`application/json`"));
}

#[tokio::test]
async fn body_that_breaks_off_is_a_failure() {
    let frames = [Ok("{"), Err("the connection was closed")];
    let body = axum::body::Body::from_stream(futures_util::stream::iter(frames));
    let response = http::Response::builder().status(404).body(body).unwrap();
    let message = failure_of(assert_problem(response)).await;
    assert!(message.contains("cannot be read: the connection was closed"), "{message}");
}

#[cfg(feature = "upstream")]
#[tokio::test]
async fn response_of_reqwest_is_read() {
    let (_, headers, body) = response(&problem());
    let mut response = http::Response::new(body);
    *response.status_mut() = StatusCode::NOT_FOUND;
    *response.headers_mut() = headers;
    let response = reqwest::Response::from(response);
    assert_problem(response).await.status(404).code("order_not_found").member("order_id", 42);
}
