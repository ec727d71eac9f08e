//! Tests of conditional requests (RFC 9110 §13).

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, EXPIRES, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get as on_get, put};
use definable_errors::extract::{ETag, IfMatch, IfNoneMatch, Inputs, Json, Query};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{Method, StatusCode};

use super::with;
use support::{Answer, get, send};

fn current() -> ETag {
    ETag::strong("7")
}

async fn read(if_none_match: IfNoneMatch) -> Response {
    let headers = [
        (CACHE_CONTROL, "private, no-cache"),
        (EXPIRES, "Thu, 01 Jan 2026 00:00:00 GMT"),
        (VARY, "accept-language"),
        (CONTENT_LANGUAGE, "en"),
        (LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT"),
    ];
    if_none_match.respond(&current(), (headers, Json("content")))
}

async fn change(
    if_match: IfMatch,
    if_none_match: IfNoneMatch,
) -> Result<impl IntoResponse, ApiError> {
    if_match.check(&current())?;
    if_none_match.check(&current())?;
    Ok((ETag::strong("8"), "changed"))
}

async fn create(if_match: IfMatch, if_none_match: IfNoneMatch) -> Result<StatusCode, ApiError> {
    if_match.check(None)?;
    if_none_match.check(None)?;
    Ok(StatusCode::CREATED)
}

#[derive(serde::Deserialize)]
struct Page {
    #[expect(dead_code, reason = "only its type counts")]
    page: u8,
}

fn app() -> Router {
    Router::new()
        .route("/", on_get(read).put(change).delete(change))
        .route(
            "/weak",
            on_get(async |condition: IfNoneMatch| condition.respond(&ETag::weak("7"), "")),
        )
        .route("/query", any(read))
        .route("/new", put(create))
        .route("/strict", put(async |if_match: IfMatch| if_match.required()?.check(&current())))
        .route(
            "/failed",
            on_get(async |condition: IfNoneMatch| {
                condition.respond(&current(), StatusCode::NOT_FOUND)
            }),
        )
        .route("/inputs", put(async |_: Inputs<(IfMatch, Query<Page>)>| {}))
        .layer(ApiErrorLayer::new())
}

async fn sent(method: Method, path: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = send(app(), with(method, path, fields, "")).await;
    answer.check();
    answer
}

async fn put_if(name: &str, value: &str) -> u16 {
    sent(Method::PUT, "/", &[(name, value)]).await.status.as_u16()
}

#[tokio::test]
async fn matching_copy_is_not_modified() {
    sent(Method::GET, "/", &[("if-none-match", "\"6\", W/\"7\"")]).await.is(&expect![[r#"
        304 Not Modified
        cache-control: private, no-cache
        etag: "7"
        expires: Thu, 01 Jan 2026 00:00:00 GMT
        vary: accept-language
        x-request-id: <id>

    "#]]);
}

#[tokio::test]
async fn other_copy_gets_the_content() {
    sent(Method::GET, "/", &[("if-none-match", "\"6\"")]).await.is(&expect![[r#"
        200 OK
        cache-control: private, no-cache
        content-language: en
        content-type: application/json
        etag: "7"
        expires: Thu, 01 Jan 2026 00:00:00 GMT
        last-modified: Thu, 01 Jan 2026 00:00:00 GMT
        vary: accept-language
        x-request-id: <id>

        "content""#]]);
}

#[tokio::test]
async fn reading_methods_are_answered_with_304_alike() {
    let star = [("if-none-match", "*")];
    for (method, path) in [(Method::GET, "/"), (Method::HEAD, "/"), (Method::QUERY, "/query")] {
        let answer = sent(method, path, &star).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (304, ""));
        assert_eq!(answer.header("etag"), Some("\"7\""));
    }
    let post = sent(Method::POST, "/query", &star).await;
    assert_eq!((post.status.as_u16(), &*post.body), (200, "\"content\""));
    let weak = sent(Method::GET, "/weak", &[("if-none-match", "\"7\"")]).await;
    assert_eq!((weak.status.as_u16(), weak.header("etag")), (304, Some("W/\"7\"")));
}

/// RFC 9110 §13.2.1: conditions do not count if the response is no success without them.
#[tokio::test]
async fn failure_stays_a_failure_whatever_the_condition() {
    let answer = sent(Method::GET, "/failed", &[("if-none-match", "*")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (404, None));
}

#[tokio::test]
async fn stale_change_is_refused() {
    sent(Method::PUT, "/", &[("if-match", "\"6\"")]).await.is(&expect![[r#"
        412 Precondition Failed
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/precondition_failed"
        title: "Precondition failed"
        status: 412
        detail: "The resource has another state than `If-Match` names. Read it again."
        instance: "urn:uuid:<id>"
        code: "precondition_failed"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn change_of_an_excluded_state_is_refused() {
    sent(Method::PUT, "/", &[("if-none-match", "*")]).await.is(&expect![[r#"
        412 Precondition Failed
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/precondition_failed"
        title: "Precondition failed"
        status: 412
        detail: "The resource has a state that `If-None-Match` excludes."
        instance: "urn:uuid:<id>"
        code: "precondition_failed"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn change_without_a_required_condition_is_refused() {
    sent(Method::PUT, "/strict", &[]).await.is(&expect![[r#"
        428 Precondition Required
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/precondition_required"
        title: "Precondition required"
        status: 428
        detail: "Send `If-Match` with the `ETag` of the state that you have read."
        instance: "urn:uuid:<id>"
        code: "precondition_required"
        request_id: "<id>"
    "#]]);
    assert_eq!(sent(Method::PUT, "/strict", &[("if-match", "\"7\"")]).await.status, 200);
}

#[tokio::test]
async fn if_match_compares_strongly_and_if_none_match_weakly() {
    for (value, if_match, if_none_match) in [
        ("\"7\"", 200, 412),
        ("W/\"7\"", 412, 412),
        ("\"8\"", 412, 200),
        ("W/\"8\", \"7\"", 200, 412),
        ("*", 200, 412),
        ("\"*\"", 412, 200),
        ("", 412, 200),
    ] {
        assert_eq!(put_if("if-match", value).await, if_match, "{value}");
        assert_eq!(put_if("if-none-match", value).await, if_none_match, "{value}");
    }
    assert_eq!(sent(Method::PUT, "/", &[]).await.header("etag"), Some("\"8\""));
    assert_eq!(sent(Method::DELETE, "/", &[("if-match", "\"6\"")]).await.status, 412);
}

#[tokio::test]
async fn lists_extend_over_several_fields() {
    let lines = [("if-match", "\"5\""), ("if-match", "\"6\", \"7\"")];
    assert_eq!(sent(Method::PUT, "/", &lines).await.status, 200);
}

#[tokio::test]
async fn creation_does_not_overwrite() {
    assert_eq!(sent(Method::PUT, "/new", &[("if-none-match", "*")]).await.status, 201);
    assert_eq!(sent(Method::PUT, "/new", &[("if-match", "*")]).await.code(), "precondition_failed");
    assert_eq!(sent(Method::PUT, "/new", &[]).await.status, 201);
}

#[tokio::test]
async fn malformed_header_is_a_violation() {
    sent(Method::GET, "/", &[("if-none-match", "hunter2")]).await.is(&expect![[r#"
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
        errors: [{"in":"header","name":"if-none-match","code":"type","detail":"must be `*` or a list of entity tags in quotes, such as `\"7\", \"8\"`","params":{"expected":"entity tags"}}]
    "#]]);
    for value in ["7", "\"7\" \"8\"", "*, \"7\"", "W/7", "\"7"] {
        let answer = sent(Method::PUT, "/", &[("if-match", value)]).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.code()),
            (400, "validation_failed"),
            "{value}"
        );
    }
}

#[tokio::test]
async fn malformed_header_is_reported_with_other_inputs() {
    let answer = sent(Method::PUT, "/inputs?page=x", &[("if-match", "7")]).await;
    let errors = &answer.json()["errors"];
    let places: Vec<_> = [0, 1].iter().map(|at: &usize| &errors[*at]["in"]).collect();
    assert_eq!(places, ["query", "header"]);
    assert_eq!(errors[1]["name"], "if-match");
}

#[tokio::test]
async fn condition_without_the_layer_works_too() {
    let app = Router::new().route("/", on_get(read));
    let mut request = get("/");
    request.headers_mut().insert(IF_NONE_MATCH, "\"7\"".parse().unwrap());
    assert_eq!(send(app, request).await.status, 304);
}
