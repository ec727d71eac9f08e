//! Tests of failed responses by other services: short ones become problems, and those with a body
//! of their own are left alone.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::get as on_get;
use axum::{Extension, Json, Router};
use bytes::Bytes;
use definable_errors::{ApiErrorLayer, Passthrough};
use expect_test::expect;
use http::{HeaderName, StatusCode, header};
use support::{Answer, get, send};

async fn answer<H, T>(handler: H) -> Answer
where
    H: axum::handler::Handler<T, ()>,
    T: 'static,
{
    let app = Router::new().route("/", on_get(handler)).layer(ApiErrorLayer::new());
    let answer = send(app, get("/")).await;
    answer.check();
    answer
}

#[tokio::test]
async fn short_4xx_text_becomes_the_detail() {
    answer(|| async { (StatusCode::CONFLICT, "that name is taken") }).await.is(&expect![[r#"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/conflict"
        title: "Conflict"
        status: 409
        detail: "that name is taken"
        instance: "urn:uuid:<id>"
        code: "conflict"
        request_id: "<id>"
    "#]]);
}

#[tokio::test]
async fn text_of_a_5xx_is_never_kept() {
    answer(|| async { (StatusCode::BAD_GATEWAY, "canary: connect to 10.0.0.7") }).await.is(
        &expect![[r#"
            502 Bad Gateway
            cache-control: no-store
            content-type: application/problem+json
            vary: accept
            x-content-type-options: nosniff
            x-request-id: <id>

            type: "/problems/upstream_failed"
            title: "Upstream failed"
            status: 502
            detail: "A service that this request depends on failed."
            instance: "urn:uuid:<id>"
            code: "upstream_failed"
            request_id: "<id>"
            retryable: true
        "#]],
    );
}

#[tokio::test]
async fn status_that_axum_does_not_answer_with_stays() {
    let rejection = "Expected request with `Content-Type: application/json`";
    let found = answer(async move || (StatusCode::CONFLICT, rejection)).await;
    assert_eq!((found.status, &*found.code()), (StatusCode::CONFLICT, "conflict"));
    assert!(found.header("accept").is_none(), "{found}");
    let found = answer(async move || (StatusCode::BAD_REQUEST, rejection)).await;
    assert_eq!(found.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let rejection = "Failed to buffer the request body: length limit exceeded";
    let found = answer(async move || (StatusCode::CONFLICT, rejection)).await;
    assert_eq!((found.status, &*found.code()), (StatusCode::CONFLICT, "conflict"));
}

#[tokio::test]
async fn long_or_odd_4xx_text_is_dropped() {
    let long = "x".repeat(201);
    let odd = ["two\nlines", "bell\u{7}", " ", &long];
    for text in odd.map(str::to_owned) {
        let found = answer(async move || (StatusCode::CONFLICT, text)).await;
        assert_eq!(found.json()["detail"], "Conflict");
    }
    let kept = answer(|| async { (StatusCode::CONFLICT, "x".repeat(200)) }).await;
    assert_eq!(kept.json()["detail"], "x".repeat(200));
    let bytes = || (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/plain")], &b"\xff\xfe"[..]);
    assert_eq!(answer(async move || bytes()).await.json()["detail"], "Conflict");
}

#[tokio::test]
async fn structured_body_is_left_alone() {
    answer(|| async { (StatusCode::CONFLICT, Json("own")) }).await.is(&expect![[r#"
        409 Conflict
        content-type: application/json
        x-request-id: <id>

        "own""#]]);
}

#[tokio::test]
async fn problem_of_another_service_is_left_alone() {
    let own = || {
        (
            StatusCode::CONFLICT,
            [(header::CONTENT_TYPE, "application/problem+json")],
            r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"own","code":"own"}"#,
        )
    };
    let found = answer(async move || own()).await;
    assert_eq!(
        (found.code(), found.header("cache-control"), found.header("vary")),
        ("own".into(), None, None)
    );
}

#[tokio::test]
async fn proxied_response_is_left_alone() {
    let found =
        answer(|| async { (StatusCode::BAD_GATEWAY, Extension(Passthrough), "from far away") })
            .await;
    assert_eq!(
        (&*found.body, found.header("content-type")),
        ("from far away", Some("text/plain; charset=utf-8"))
    );
    assert!(found.header("x-request-id").is_some());
}

#[tokio::test]
async fn stream_without_a_type_is_left_alone() {
    let stream = || {
        let frames =
            [Ok::<_, std::io::Error>(Bytes::from_static(b"one")), Ok(Bytes::from_static(b"two"))];
        (StatusCode::CONFLICT, Body::from_stream(futures_util::stream::iter(frames)))
    };
    assert_eq!(answer(async move || stream()).await.body, "onetwo");
}

#[tokio::test]
async fn grpc_is_left_alone() {
    let grpc = || {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [
                (header::CONTENT_TYPE, "application/grpc"),
                (HeaderName::from_static("grpc-status"), "14"),
            ],
        )
    };
    let found = answer(async move || grpc()).await;
    assert_eq!(
        (&*found.body, found.header("content-type"), found.header("grpc-status")),
        ("", Some("application/grpc"), Some("14"))
    );
}

#[tokio::test]
async fn endless_text_delays_no_response() {
    let endless = || {
        let frames = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
        (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/plain")], Body::from_stream(frames))
    };
    let large = || {
        let frames = futures_util::stream::repeat_with(|| {
            Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 4096]))
        });
        (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/plain")], Body::from_stream(frames))
    };
    assert_eq!(answer(async move || endless()).await.json()["detail"], "Conflict");
    assert_eq!(answer(async move || large()).await.json()["detail"], "Conflict");
}

/// Returns a failed response with a header of every kind.
fn laden(status: StatusCode) -> Response {
    let headers = [
        ("content-encoding", "identity"),
        ("content-language", "en"),
        ("content-digest", "sha-256=:AAAA:"),
        ("content-disposition", "attachment"),
        ("content-range", "bytes */1234"),
        ("etag", "\"v1\""),
        ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("set-cookie", "a=1"),
        ("vary", "origin"),
        ("access-control-allow-origin", "https://a.example"),
        ("link", "</help>; rel=\"help\""),
        ("retry-after", "7"),
        ("cache-control", "private"),
        ("location", "/elsewhere"),
        ("www-authenticate", "Basic realm=\"own\""),
    ];
    (status, headers.map(|(name, value)| (HeaderName::from_static(name), value))).into_response()
}

#[tokio::test]
async fn foreign_headers_are_kept_except_those_of_the_lost_body() {
    answer(|| async { laden(StatusCode::FORBIDDEN) }).await.is(&expect![[r#"
        403 Forbidden
        access-control-allow-origin: https://a.example
        cache-control: private
        content-type: application/problem+json
        link: </help>; rel="help"
        location: /elsewhere
        retry-after: 7
        set-cookie: a=1
        vary: accept
        vary: origin
        www-authenticate: Basic realm="own"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/forbidden"
        title: "Forbidden"
        status: 403
        detail: "Forbidden"
        instance: "urn:uuid:<id>"
        code: "forbidden"
        request_id: "<id>"
        retry_after: 7
    "#]]);
}

#[tokio::test]
async fn uncacheable_statuses_get_no_store() {
    for status in [401, 428, 429, 431, 511] {
        let found = answer(async move || laden(StatusCode::from_u16(status).unwrap())).await;
        assert_eq!(found.header("cache-control"), Some("no-store"), "{status}");
    }
}

#[tokio::test]
async fn status_416_keeps_the_length() {
    let found = answer(|| async { laden(StatusCode::RANGE_NOT_SATISFIABLE) }).await;
    assert_eq!(
        (found.code(), found.header("content-range")),
        ("http_416".into(), Some("bytes */1234"))
    );
}

#[tokio::test]
async fn foreign_challenge_stays_the_only_one() {
    let found = answer(|| async { laden(StatusCode::UNAUTHORIZED) }).await;
    assert_eq!(found.header("www-authenticate"), Some("Basic realm=\"own\""));
    assert_eq!(found.json()["retry_after"], 7);
}
