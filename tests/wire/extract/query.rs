//! Tests of queries.

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::extract::{Json, Query};
use expect_test::expect;
use http::Method;
use support::{Answer, get, request};

use super::{Talkative, accepted, refused, verdict};

#[derive(serde::Serialize, serde::Deserialize)]
struct Search {
    page: Option<u32>,
    q: Option<String>,
    #[serde(default)]
    tag: Vec<String>,
    exact: Option<bool>,
    sort: Option<Sort>,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Newest,
    Oldest,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct One {
    talkative: Talkative,
}

fn app() -> Router {
    Router::new()
        .route("/", on_get(|Query(search): Query<Search>| async { Json(search) }))
        .route("/pairs", on_get(|Query(pairs): Query<Vec<(String, String)>>| async { Json(pairs) }))
        .route("/talkative", on_get(|Query(one): Query<One>| async { Json(one) }))
}

async fn asked(path: &str) -> Answer {
    super::answer(app(), get(path)).await
}

#[tokio::test]
async fn valid_query_is_accepted() {
    let answer = asked("/?page=2&q=a+b%20%C3%BC&exact=true&sort=newest").await;
    let expected = r#"{"page":2,"q":"a b ü","tag":[],"exact":true,"sort":"newest"}"#;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, expected));
}

#[tokio::test]
async fn repeated_names_fill_a_list() {
    for (query, tags) in [
        ("/?tag=a&tag=b&tag=", serde_json::json!(["a", "b", ""])),
        ("/?tag=a", serde_json::json!(["a"])),
        ("/?tag=a&page=1&tag=a", serde_json::json!(["a", "a"])),
        ("/", serde_json::json!([])),
        ("/?", serde_json::json!([])),
    ] {
        assert_eq!(asked(query).await.json()["tag"], tags, "{query}");
    }
}

#[tokio::test]
async fn invalid_escape_is_kept_as_it_is() {
    for (query, text) in [("/?q=100%", "100%"), ("/?q=%zz%2", "%zz%2"), ("/?q=%2500", "%00")] {
        assert_eq!(asked(query).await.json()["q"], text);
    }
}

#[tokio::test]
async fn odd_queries_are_read_as_browsers_write_them() {
    let answer = asked("/pairs?a&=b&&c=d=e&a=%00%0A").await;
    let expected = serde_json::json!([["a", ""], ["", "b"], ["c", "d=e"], ["a", "\0\n"]]);
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn query_that_is_not_utf_8_is_a_400() {
    asked("/?q=%ff").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/bad_request"
        title: "Bad request"
        status: 400
        detail: "The query is not UTF-8."
        instance: "urn:uuid:<id>"
        code: "bad_request"
        request_id: "<id>"
    "#]]);
    for query in ["/?q=%C3", "/?q=%C3&tag=%BC", "/?%ff=1", "/?other=%c0%80", "/pairs?%ED%A0%80"] {
        assert_eq!(verdict(&asked(query).await), refused(400, "bad_request"), "{query}");
    }
}

#[tokio::test]
async fn query_of_the_wrong_type_is_a_400() {
    for query in [
        "/?page=hunter2",
        "/?page=-1",
        "/?page=1.0",
        "/?page=4294967296",
        "/?page=99999999999999999999999999999999",
        "/?page=%2B",
        "/?page=1&page=2",
        "/?q=a&q=b",
        "/?exact=hunter2",
        "/?sort=hunter2",
        "/?sort=NEWEST",
        "/?page=%F0%9F%92%A3",
        "/talkative",
        "/talkative?talkative=hunter2",
    ] {
        let answer = asked(query).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{query}");
        assert!(!answer.body.contains("hunter2"), "{query}");
    }
}

#[tokio::test]
async fn rejected_head_has_no_body() {
    let answer = super::answer(app(), request(Method::HEAD, "/?page=hunter2")).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (400, ""));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
}

#[tokio::test]
async fn many_parameters_are_accepted() {
    let many = format!("/?page=1{}", "&a=1".repeat(9_999));
    assert_eq!(verdict(&asked(&many).await), accepted());
    let wrong = format!("/?page=x{}", "&page=y".repeat(5_000));
    assert_eq!(verdict(&asked(&wrong).await), refused(400, "validation_failed"));
}

#[test]
fn query_of_a_uri_is_read_without_a_request() {
    let uri = "https://a.test/?page=7".parse().unwrap();
    assert_eq!(Query::<Search>::try_from_uri(&uri).unwrap().page, Some(7));
    let uri = "https://a.test/?page=x".parse().unwrap();
    let error = Query::<Search>::try_from_uri(&uri).err().unwrap();
    assert_eq!(error.problem().code(), "validation_failed");
}

#[tokio::test]
async fn every_mistake_is_reported_by_its_name() {
    let path = "/?page=hunter2&tag=a&q=a&q=b&exact=hunter2&sort=newst";
    asked(path).await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "4 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"query","name":"page","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"query","name":"q","code":"duplicate","detail":"must be given only once"},{"in":"query","name":"exact","code":"type","detail":"must be a boolean","params":{"expected":"boolean"}},{"in":"query","name":"sort","code":"one_of","detail":"must be one of newest, oldest","params":{"expected":["newest","oldest"],"suggestion":"newest"}}]
    "#]]);
}
