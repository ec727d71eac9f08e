//! Tests of forms, which a GET sends as its query.

use axum::Router;
use axum::body::Body;
use axum::routing::any;
use definable_errors::extract::{Form, Json};
use expect_test::expect;
use http::Method;
use support::{Answer, get, posting, request};

use super::{Order, accepted, broken, chunked, inside, refused, verdict, with};

const FORM: &str = "application/x-www-form-urlencoded";

#[derive(serde::Serialize, serde::Deserialize)]
struct Tags {
    #[serde(default)]
    tag: Vec<String>,
}

fn app() -> Router {
    Router::new()
        .route("/", any(|Form(order): Form<Order>| async { Json(order) }))
        .route("/tags", any(|Form(tags): Form<Tags>| async { Json(tags) }))
        .route("/back", any(|order: Form<Order>| async { order }))
}

async fn posted(path: &str, body: impl Into<Body>) -> Answer {
    super::answer(app(), posting(path, FORM, body)).await
}

#[tokio::test]
async fn valid_form_is_accepted() {
    let answer = posted("/", "qty=3&name=a+b%C3%BC").await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, r#"{"qty":3,"name":"a bü"}"#));
}

#[tokio::test]
async fn form_as_a_response_is_unchanged() {
    let answer = posted("/back", "qty=3&name=a+b").await;
    assert_eq!((answer.header("content-type"), &*answer.body), (Some(FORM), "qty=3&name=a+b"));
}

#[tokio::test]
async fn form_of_a_get_is_its_query() {
    for method in [Method::GET, Method::HEAD] {
        let answer = super::answer(app(), request(method, "/?qty=3")).await;
        assert_eq!(answer.status.as_u16(), 200);
    }
    let wrong = super::answer(app(), get("/?qty=hunter2")).await;
    assert_eq!(verdict(&wrong), refused(400, "validation_failed"));
    assert_eq!(wrong.json()["errors"][0]["in"], "query");
    let undecodable = super::answer(app(), get("/?qty=%ff")).await;
    assert_eq!(verdict(&undecodable), refused(400, "bad_request"));
}

#[tokio::test]
async fn form_of_any_other_method_is_its_body() {
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let sent = with(method, "/?qty=hunter2", &[("content-type", FORM)], "qty=3");
        assert_eq!(verdict(&super::answer(app(), sent).await), accepted());
    }
}

#[tokio::test]
async fn repeated_names_fill_a_list() {
    assert_eq!(posted("/tags", "tag=a&tag=b").await.json()["tag"], serde_json::json!(["a", "b"]));
    assert_eq!(posted("/tags", "").await.json()["tag"], serde_json::json!([]));
}

#[tokio::test]
async fn form_with_another_content_type_is_a_415() {
    let sent = with(Method::POST, "/", &[], "qty=3");
    super::answer(app(), sent).await.is(&expect![[r#"
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
    for content_type in [
        "",
        "application/json",
        "application/x-www-form-urlencoded+json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=latin1",
        "application/x-www-form-urlencoded, text/plain",
    ] {
        let answer = super::answer(app(), posting("/", content_type, "qty=3")).await;
        assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"), "{content_type}");
        assert_eq!(answer.header("accept"), Some(FORM));
    }
    let named = "Application/X-WWW-Form-Urlencoded; charset=\"UTF-8\"";
    let answer = super::answer(app(), posting("/", named, "qty=3")).await;
    assert_eq!(verdict(&answer), accepted());
}

#[tokio::test]
async fn form_that_is_not_utf_8_is_malformed() {
    posted("/", "qty=1&name=%ff").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/malformed_body"
        title: "Malformed body"
        status: 400
        detail: "The form is not UTF-8."
        instance: "urn:uuid:<id>"
        code: "malformed_body"
        request_id: "<id>"
    "#]]);
    for body in [&b"qty=1&name=\xff"[..], b"\xff\xfe", b"%C3=1", b"qty=%ED%A0%80"] {
        assert_eq!(verdict(&posted("/", body).await), refused(400, "malformed_body"), "{body:?}");
    }
}

#[tokio::test]
async fn form_of_the_wrong_type_is_a_400() {
    for body in [
        "",
        "name=a",
        "qty=",
        "qty=hunter2",
        "qty=256",
        "qty=1&qty=2",
        "qty",
        "=1",
        "\u{feff}qty=1",
        "{\"qty\":1}",
        "%71%74%79=%20",
        "qty[]=1",
    ] {
        let answer = posted("/", body).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{body}");
        assert!(!answer.body.contains("hunter2"));
    }
    assert_eq!(verdict(&posted("/", "%71%74%79=1").await), accepted());
}

#[tokio::test]
async fn form_in_many_frames_is_accepted_and_an_incomplete_one_is_malformed() {
    assert_eq!(verdict(&posted("/", chunked(b"qty=12&name=%C3%BC")).await), accepted());
    let (status, body) = inside(app(), posting("/", FORM, broken(b"qty=1"))).await;
    assert_eq!((status, &body["code"]), (400, &"malformed_body".into()));
}

#[tokio::test]
async fn unserializable_form_is_a_500() {
    let nested = any(|| async { Form([("a", [[1]])]) });
    let answer = super::answer(Router::new().route("/", nested), get("/")).await;
    assert_eq!(verdict(&answer), refused(500, "internal_error"));
}

#[tokio::test]
async fn every_mistake_is_reported_with_its_place() {
    posted("/", "qty=hunter2&name=a&name=b").await.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "2 fields are not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"form","pointer":"#/qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"form","pointer":"#/name","code":"duplicate","detail":"must be given only once"}]
    "##]]);
}
