//! Tests of JSON bodies and their content types.

use axum::Router;
use axum::body::Body;
use axum::routing::{any, post};
use definable_errors::extract::{Form, Json};
use expect_test::expect;
use http::Method;
use support::{Answer, posting};

use super::{Order, Talkative, accepted, broken, chunked, inside, refused, verdict, with};

fn app() -> Router {
    Router::new()
        .route("/", post(|order: Json<Order>| async { order }))
        .route("/any", post(|value: Json<serde_json::Value>| async { value }))
        .route("/numbers", post(|numbers: Json<Vec<f64>>| async { numbers }))
        .route("/talkative", post(|value: Json<Talkative>| async { value }))
}

async fn posted(path: &str, body: impl Into<Body>) -> Answer {
    super::answer(app(), posting(path, "application/json", body)).await
}

#[tokio::test]
async fn valid_json_is_accepted() {
    let answer = posted("/", r#"{"qty":3,"name":"ü"}"#).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (200, r#"{"qty":3,"name":"ü"}"#));
}

#[tokio::test]
async fn query_is_also_answered_with_the_types_that_it_may_have() {
    let app = || {
        Router::new()
            .route("/", any(|order: Json<Order>| async { order }))
            .route("/form", any(|form: Form<Order>| async { Json(form.0) }))
    };
    let query = |path: &str| with(Method::QUERY, path, &[("content-type", "text/csv")], "a");
    let answer = super::answer(app(), query("/")).await;
    assert_eq!(answer.status, 415);
    assert_eq!(answer.header("accept"), Some("application/json"));
    assert_eq!(answer.header("accept-query"), Some("\"application/json\""));
    let accepted = answer.header("accept-query").unwrap();
    let list: sfv::List = sfv::Parser::new(accepted).parse().unwrap();
    assert_eq!(list.len(), 1, "it is a list of structured fields");
    let form = super::answer(app(), query("/form")).await;
    assert_eq!(form.header("accept-query"), Some("\"application/x-www-form-urlencoded\""));

    let other = posting("/", "text/csv", "a");
    assert_eq!(super::answer(app(), other).await.header("accept-query"), None);
    let valid = with(Method::QUERY, "/", &[("content-type", "application/json")], r#"{"qty":3}"#);
    assert_eq!(super::answer(app(), valid).await.status, 200);
    let optional = Router::new().route("/", any(|_: Option<Json<Order>>| async {}));
    assert_eq!(
        super::answer(optional, query("/")).await.header("accept-query"),
        Some("\"application/json\"")
    );
}

#[tokio::test]
async fn every_json_content_type_is_accepted() {
    for content_type in [
        "application/json",
        "APPLICATION/Json",
        "application/json;charset=utf-8",
        "application/json ; charset=\"UTF-8\"",
        "application/json; charset=us-ascii; profile=\"a;b\\\"c\"",
        "application/merge-patch+json",
        "application/vnd.api+JSON; v=1",
    ] {
        let answer = super::answer(app(), posting("/", content_type, r#"{"qty":3}"#)).await;
        assert_eq!(verdict(&answer), accepted(), "{content_type}");
    }
}

#[tokio::test]
async fn other_content_types_are_a_415() {
    for content_type in [
        "",
        "json",
        "text/json",
        "text/plain",
        "application/jsonp",
        "application/json5",
        "application/x-www-form-urlencoded",
        "application/json, text/plain",
        "application/json; charset=iso-8859-1",
        "application/json; charset=\"utf-16\"",
        "application/json; charset=utf-8; charset=latin1",
        "application/json; charset",
        "application/json; charset=\"utf-8",
        "application/jsoñ",
        "hunter2",
    ] {
        let answer = super::answer(app(), posting("/", content_type, r#"{"qty":3}"#)).await;
        assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"), "{content_type}");
        assert_eq!(answer.header("accept"), Some("application/json"));
        assert!(!answer.body.contains("hunter2"));
    }
}

#[tokio::test]
async fn json_without_a_content_type_is_a_415() {
    let sent = with(Method::POST, "/", &[], r#"{"qty":3}"#);
    super::answer(app(), sent).await.is(&expect![[r#"
        415 Unsupported Media Type
        accept: application/json
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unsupported_media_type"
        title: "Unsupported media type"
        status: 415
        detail: "Supported: application/json"
        instance: "urn:uuid:<id>"
        code: "unsupported_media_type"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn doubled_content_type_counts_as_none() {
    let twice = [("content-type", "application/json"), ("content-type", "application/json")];
    let answer = super::answer(app(), with(Method::POST, "/", &twice, r#"{"qty":3}"#)).await;
    assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"));
}

#[tokio::test]
async fn encoded_body_is_not_read() {
    let fields = [("content-type", "application/json"), ("content-encoding", "gzip")];
    super::answer(app(), with(Method::POST, "/", &fields, "\u{1f}")).await.is(&expect![[r#"
        415 Unsupported Media Type
        accept-encoding: identity
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/unsupported_media_type"
        title: "Unsupported media type"
        status: 415
        detail: "Supported: no content coding"
        instance: "urn:uuid:<id>"
        code: "unsupported_media_type"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn identity_is_the_only_coding_accepted() {
    let sent = |coding| {
        let fields = [("content-type", "application/json"), ("content-encoding", coding)];
        super::answer(app(), with(Method::POST, "/", &fields, r#"{"qty":3}"#))
    };
    for coding in ["identity", "Identity", "identity, identity", ""] {
        assert_eq!(verdict(&sent(coding).await), accepted(), "{coding}");
    }
    for coding in ["br", "gzip, identity", "identity, zstd", "hunter2"] {
        let answer = sent(coding).await;
        assert_eq!(verdict(&answer), refused(415, "unsupported_media_type"), "{coding}");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
        assert_eq!(answer.header("accept"), None);
    }
}

#[tokio::test]
async fn empty_body_is_malformed() {
    posted("/", "").await.is(&expect![[r#"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/malformed_body"
        title: "Malformed body"
        status: 400
        detail: "The body is empty."
        instance: "urn:uuid:<id>"
        code: "malformed_body"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn empty_chunked_body_is_malformed() {
    let answer = posted("/", chunked(b"")).await;
    assert_eq!(verdict(&answer), refused(400, "malformed_body"));
    assert_eq!(answer.json()["detail"], "The body is empty.");
}

#[tokio::test]
async fn invalid_json_is_a_malformed_body() {
    for body in [
        "{",
        "{\"qty\":1",
        "{\"qty\":1} x",
        "{\"qty\":1}{\"qty\":1}",
        "{'qty':1}",
        "{qty:1}",
        "{\"qty\":1,}",
        "{\"qty\":01}",
        "{\"qty\":+1}",
        "{\"qty\":.5}",
        "{\"qty\":0x10}",
        "{\"qty\":NaN}",
        "{\"qty\":-Infinity}",
        "{\"qty\":\"hunter2}",
        "{\"name\":\"\\x\"}",
        "{\"name\":\"a\nb\"}",
        "\u{feff}{\"qty\":1}",
        " \t\r\n",
        "\0",
        "hunter2",
        "<qty>1</qty>",
        "qty=1",
        "// comment\n{\"qty\":1}",
        "\"qty",
        "tru",
    ] {
        let answer = posted("/", body).await;
        assert_eq!(verdict(&answer), refused(400, "malformed_body"), "{body:?}");
        assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    }
}

#[tokio::test]
async fn body_that_is_not_utf_8_is_malformed() {
    for body in [
        &b"\xff"[..],
        b"\xfe\xff\0{\0}",
        b"{\"qty\":1,\"name\":\"\xff\"}",
        b"{\"qty\":\"\xc0\x80\"}",
        b"{\"\xed\xa0\x80\":1}",
    ] {
        let answer = posted("/", body).await;
        assert_eq!(verdict(&answer), refused(400, "malformed_body"), "{body:?}");
    }
}

#[tokio::test]
async fn json_of_another_type_is_invalid() {
    for body in [
        "null",
        "true",
        "[]",
        "\"hunter2\"",
        "{}",
        "{\"qty\":null}",
        "{\"qty\":-1}",
        "{\"qty\":256}",
        "{\"qty\":1.5}",
        "{\"qty\":1e99}",
        "{\"qty\":123456789012345678901234567890}",
        "{\"qty\":\"hunter2\"}",
        "{\"qty\":[1]}",
        "{\"qty\":1,\"qty\":2}",
        "{\"qty\":1,\"name\":{\"hunter2\":1}}",
        "{\"QTY\":1}",
    ] {
        let answer = posted("/", body).await;
        assert_eq!(verdict(&answer), refused(400, "validation_failed"), "{body}");
        assert!(!answer.body.contains("hunter2\\\""), "{}", answer.body);
    }
}

#[tokio::test]
async fn numbers_beyond_any_float_are_rejected() {
    for body in ["[1e999]", "[-1e999]"] {
        assert_eq!(posted("/numbers", body).await.status.as_u16(), 400, "{body}");
    }
    let long = format!("[{}]", "1".repeat(100_000));
    assert!([200, 400].contains(&posted("/numbers", long).await.status.as_u16()));
}

#[tokio::test]
async fn endless_nesting_is_rejected() {
    for body in [
        "[".repeat(10_000),
        "{\"a\":".repeat(10_000),
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000)),
        format!("{{\"qty\":1,\"other\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000)),
    ] {
        for path in ["/any", "/numbers"] {
            let answer = posted(path, body.clone()).await;
            assert_eq!(answer.status.as_u16(), 400, "{path} {}", &body[..20]);
        }
    }
}

#[tokio::test]
async fn message_of_a_type_is_not_sent() {
    let answer = posted("/talkative", "\"hunter2\"").await;
    assert_eq!(verdict(&answer), refused(400, "validation_failed"));
    assert!(!answer.body.contains("hunter2") && !answer.body.contains("like"));
}

#[tokio::test]
async fn body_in_many_frames_is_one_body() {
    let answer = posted("/", chunked(br#"{"qty":3,"name":"in pieces"}"#)).await;
    assert_eq!(answer.body, r#"{"qty":3,"name":"in pieces"}"#);
}

#[tokio::test]
async fn incomplete_body_is_malformed() {
    for start in [&b"{\"qty\":"[..], b"{\"qty\":1}", b""] {
        let sent = posting("/", "application/json", broken(start));
        let (status, body) = inside(app(), sent).await;
        assert_eq!((status, &body["code"]), (400, &"malformed_body".into()));
        assert_eq!(body["detail"], "The body could not be read to its end.");
    }
}

#[tokio::test]
async fn content_type_is_checked_before_the_size_and_the_size_before_the_content() {
    let app = || app().layer(axum::extract::DefaultBodyLimit::max(4));
    let wrong = super::answer(app(), posting("/", "text/plain", "hunter2 hunter2")).await;
    assert_eq!(wrong.status.as_u16(), 415);
    let large = super::answer(app(), posting("/", "application/json", "hunter2 hunter2")).await;
    assert_eq!(large.status.as_u16(), 413);
}

#[tokio::test]
async fn every_mistake_is_reported_with_its_place() {
    posted("/", r#"{"qty":"hunter2","name":["hunter2"]}"#).await.is(&expect![[r##"
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
        errors: [{"in":"body","pointer":"#/qty","code":"type","detail":"must be an integer","params":{"expected":"integer"}},{"in":"body","pointer":"#/name","code":"type","detail":"must be a string","params":{"expected":"string"}}]
    "##]]);
}
