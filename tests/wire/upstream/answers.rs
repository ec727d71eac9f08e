//! What a client receives for each failure of the service behind ours.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use axum::Router;
use definable_errors::problem::{ErrorStatus, NOT_FOUND, ProblemType};
use definable_errors::upstream::{
    Upstream, UpstreamError, UpstreamExt, UpstreamMap, UpstreamRequestError, UpstreamResponseExt,
    reqwest_client,
};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::StatusCode;
use reqwest::dns::{Name, Resolve, Resolving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{Act, Server, app, unused};
use support::{Answer, Recorder, get, send};

static DECLINED: ProblemType =
    ProblemType::new("card_declined", ErrorStatus::CONFLICT, "Card declined");

/// Returns the answer of our service, whose calls are limited to a quarter of a second and not
/// retried.
async fn answer(server: &Server) -> Answer {
    let client = server.client().retries(0).attempt_timeout(Duration::from_millis(250));
    send(app(client.build().unwrap()), get("/order")).await
}

/// Returns the status and code of the answer to a client if the service does this.
async fn outcome(act: Act) -> (u16, String) {
    let answer = answer(&Server::always(act).await).await;
    answer.check();
    (answer.status.as_u16(), answer.code())
}

#[tokio::test]
async fn service_that_fails_is_502_503_or_504() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n".to_vec();
    let begun = [head.clone(), b"{\"total\"".to_vec()].concat();
    let cases = [
        ("closed", Act::Close, 502, "upstream_failed"),
        ("reset", Act::Reset, 502, "upstream_failed"),
        ("silent", Act::Stall(Vec::new()), 504, "upstream_timeout"),
        ("stalls after its head", Act::Stall(head), 504, "upstream_timeout"),
        ("stalls in its body", Act::Stall(begun.clone()), 504, "upstream_timeout"),
        ("cut off", Act::Write(begun), 502, "upstream_failed"),
        ("not HTTP", Act::Write(b"\0\xffSSH-2.0-\r\n\r\n".to_vec()), 502, "upstream_failed"),
        ("not JSON", Act::json(200, "<html>"), 502, "upstream_failed"),
        ("500", Act::status(500, ""), 502, "upstream_failed"),
        ("501", Act::status(501, ""), 502, "upstream_failed"),
        ("502", Act::status(502, ""), 502, "upstream_failed"),
        ("503", Act::status(503, ""), 503, "service_unavailable"),
        ("504", Act::status(504, ""), 504, "upstream_timeout"),
        ("400", Act::status(400, ""), 502, "upstream_failed"),
        ("401", Act::status(401, "www-authenticate: Bearer\r\n"), 502, "upstream_failed"),
        ("404", Act::status(404, ""), 502, "upstream_failed"),
        ("429", Act::status(429, ""), 503, "service_unavailable"),
        ("302", Act::status(302, "location: http://127.0.0.1:9/\r\n"), 502, "upstream_failed"),
    ];
    for (what, act, status, code) in cases {
        assert_eq!(outcome(act).await, (status, code.to_owned()), "{what}");
    }
    assert_eq!(answer(&Server::always(Act::json(200, r#"{"total": 17}"#)).await).await.body, "17");
}

#[tokio::test]
async fn service_that_cannot_be_reached_is_502() {
    let refused = Upstream::builder("orders", format!("http://{}", unused().await));
    let tls = Upstream::builder("orders", format!("https://{}", plain().await));
    let unknown = Upstream::builder("orders", "http://orders.internal")
        .configure(|client| client.dns_resolver(std::sync::Arc::new(NoNames)));
    for (builder, cause) in
        [(refused, "refused"), (tls, "InvalidContentType"), (unknown, "no such name")]
    {
        let upstream = builder.retries(1).build().unwrap();
        let error = upstream.get(None, "/orders").send().await.unwrap_err();
        assert_eq!(error.problem().code(), "upstream_failed", "{error:?}");
        let chain = error.chain().to_string();
        assert!(chain.contains(cause) && chain.contains("after 2 attempts"), "{chain}");
        assert_eq!(chain.matches(cause).count(), 1, "{chain}");
        let answer = send(app(upstream), get("/order")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "upstream_failed"));
    }
}

/// Returns the address of a service without TLS, which answers whatever it receives.
async fn plain() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let _ = stream.read(&mut [0; 4096]).await;
        }
    });
    address
}

struct NoNames;

impl Resolve for NoNames {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}

#[tokio::test]
async fn failed_service_is_one_problem_and_one_event_with_its_cause() {
    let report = Recorder::default();
    let server = Server::always(Act::answer(
        409,
        "content-type: application/problem+json\r\n",
        br#"{"type": "https://orders.internal/locked", "title": "Locked by db-7", "status": 409,
            "detail": "row 42 of orders", "code": "order_locked", "instance": "urn:uuid:42"}"#,
    ))
    .await;
    let upstream = server.client().build().unwrap();
    let app = app_with(&upstream, &report);
    send(app, get("/order")).await.is(&expect![[r#"
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
    "#]]);
    let records = report.records();
    assert_eq!(records.len(), 1);
    let url = server.url();
    let expected = format!(
        "upstream orders: GET {url}/v1/orders/42: answered 409, code order_locked, \
         instance urn:uuid:42"
    );
    assert_eq!(records[0].chain, expected);
    assert!(records[0].location.contains("answers.rs"), "{}", records[0].location);
}

/// One handler of this file, so that its place is the location.
fn app_with(upstream: &Upstream, report: &Recorder) -> Router {
    let upstream = upstream.clone();
    let order = async move || -> Result<(), ApiError> {
        upstream.get(None, "/orders/42").send().await?;
        Ok(())
    };
    Router::new()
        .route("/order", axum::routing::get(order))
        .layer(ApiErrorLayer::new().report(report.clone()))
}

#[tokio::test]
async fn overloaded_service_is_503_with_its_wait() {
    let server = Server::always(Act::status(429, "retry-after: 17\r\n")).await;
    answer(&server).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 17
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/service_unavailable"
        title: "Service unavailable"
        status: 503
        detail: "Service unavailable"
        instance: "urn:uuid:<id>"
        code: "service_unavailable"
        request_id: "<id>"
        retry_after: 17
        retryable: true
    "#]]);
}

#[tokio::test]
async fn wait_of_the_service_is_passed_on_for_an_hour_at_most() {
    let date =
        |seconds: u64| httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(seconds));
    let cases = [
        ("30".to_owned(), 30..=30),
        (date(30), 25..=31),
        ("Sun, 06 Nov 1994 08:49:37 GMT".to_owned(), 1..=1),
        ("0".to_owned(), 1..=1),
        ("1000000000".to_owned(), 3600..=3600),
        (date(1_000_000), 3600..=3600),
        // What is malformed is ignored, and the problem type has a wait of its own.
        ("soon".to_owned(), 5..=5),
        ("-1".to_owned(), 5..=5),
        ("1.5".to_owned(), 5..=5),
    ];
    for status in [429, 503] {
        for (value, expected) in &cases {
            let act = Act::status(status, &format!("retry-after: {value}\r\n"));
            let answer = answer(&Server::always(act).await).await;
            answer.check();
            assert_eq!(answer.code(), "service_unavailable");
            let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!(expected.contains(&wait), "{status} {value}: {wait}");
        }
    }
}

#[tokio::test]
async fn failed_answers_are_mapped_by_code_and_by_status() {
    let problem = |code: &str| {
        let body = format!(r#"{{"code": "{code}", "detail": "hunter2"}}"#);
        Act::answer(404, "content-type: application/problem+json\r\n", body.as_bytes())
    };
    for (code, expected) in [("declined", "card_declined"), ("other", "not_found")] {
        let server = Server::always(problem(code)).await;
        let client = server.client().on_code("declined", &DECLINED);
        let client = client.on_status(StatusCode::NOT_FOUND, &NOT_FOUND).build().unwrap();
        let answer = send(app(client.clone()), get("/order")).await;
        assert_eq!(answer.code(), expected);
        assert!(!answer.body.contains("hunter2"), "{}", answer.body);
        // A mapping of the request takes precedence.
        let request = client.get(None, "/a").on_status(StatusCode::NOT_FOUND, &DECLINED);
        assert_eq!(request.send().await.unwrap_err().problem().code(), "card_declined");
    }
}

#[tokio::test]
async fn reporter_finds_the_problem_of_the_service() {
    let server = Server::always(Act::json(404, r#"{"code": "gone", "balance": 30}"#)).await;
    let client = server.client().build().unwrap();
    let error = client.delete(None, ["orders", "4/2"]).send().await.unwrap_err();
    let upstream: &UpstreamError = error.downcast_ref().unwrap();
    assert_eq!((upstream.upstream(), upstream.attempts()), ("orders", 1));
    assert_eq!(upstream.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(upstream.problem().unwrap().member("balance").unwrap(), 30);
    assert!(server.requests()[0].starts_with("DELETE /v1/orders/4%2F2 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn response_is_returned_whatever_its_status_if_wanted() {
    let server = Server::always(Act::json(404, r#"{"a": 1}"#)).await;
    let client = server.client().build().unwrap();
    let response = client.get(None, "/a").query("q", "x y&z").send_any_status().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(&*response.bytes().await.unwrap(), br#"{"a": 1}"#);
    assert!(server.requests()[0].starts_with("GET /v1/a?q=x+y%26z HTTP/1.1\r\n"));
}

#[tokio::test]
async fn request_with_a_mistake_is_not_sent() {
    let server = Server::always(Act::json(200, "{}")).await;
    let client = server.client().build().unwrap();
    let unserializable = std::collections::HashMap::from([(vec![1], 1)]);
    for (request, mistake) in [
        (client.get(None, "http://evil.example/"), UpstreamRequestError::Scheme),
        (client.get(None, "//evil.example/"), UpstreamRequestError::Authority),
        (client.get(None, "/a/../b"), UpstreamRequestError::DotSegment),
        (client.get(None, ["a", ""]), UpstreamRequestError::EmptySegment),
        (client.get(None, "/a").header("x own", "1"), UpstreamRequestError::Header),
        (client.get(None, "/a").header("x-own", "1\r\nhost: b"), UpstreamRequestError::Header),
        (client.post(None, "/a").json(&unserializable), UpstreamRequestError::Body),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.problem().code(), "internal_error");
        assert_eq!(error.downcast_ref::<UpstreamRequestError>(), Some(&mistake));
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn redirect_is_not_followed() {
    let target = Server::always(Act::json(200, r#"{"total": 17}"#)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}/\r\n", target.url());
        let server = Server::always(Act::status(status, &location)).await;
        let answer = answer(&server).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "upstream_failed"));
        assert!(!answer.body.contains(&target.url()) && answer.header("location").is_none());
    }
    assert_eq!(target.count(), 0);
}

#[tokio::test]
async fn errors_of_reqwest_are_converted_by_extension_traits() {
    let client = reqwest_client(|client| client).unwrap();
    let url = format!("http://u:hunter2@{}/?key=hunter2", unused().await);
    let error = client.get(&url).send().await.or_upstream("quotes").unwrap_err();
    assert_eq!(error.problem().code(), "upstream_failed");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    assert!(error.location().unwrap().file().ends_with("answers.rs"));

    let server = Server::always(Act::status(503, "retry-after: 9\r\n")).await;
    let get = || async { client.get(server.url()).send().await.or_upstream("quotes") };
    let error = get().await.unwrap().error_for_status().or_upstream("quotes").unwrap_err();
    assert_eq!(error.problem().code(), "service_unavailable");
    let error = get().await.unwrap().or_upstream_status("quotes").await.unwrap_err();
    assert_eq!(error.problem().retry_after(), Some(Duration::from_secs(9)));
    assert!(error.location().unwrap().file().ends_with("answers.rs"));
    let map = UpstreamMap::new().status(StatusCode::SERVICE_UNAVAILABLE, &DECLINED);
    let error = get().await.unwrap().or_upstream_status_with("quotes", map).await.unwrap_err();
    assert_eq!(error.problem().code(), "card_declined");

    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec();
    let server = Server::always(Act::Write(cut)).await;
    let response = client.get(server.url()).send().await.or_upstream("quotes").unwrap();
    let response = response.or_upstream_status("quotes").await.unwrap();
    let error = response.bytes().await.or_upstream("quotes").unwrap_err();
    assert_eq!(error.problem().code(), "upstream_failed");

    let server = Server::always(Act::Stall(Vec::new())).await;
    let request = client.get(server.url()).timeout(Duration::from_millis(50));
    let error = request.send().await.or_upstream("quotes").unwrap_err();
    assert_eq!(error.problem().code(), "upstream_timeout");

    let request = client.get("no URL").build().or_upstream("quotes");
    assert_eq!(request.unwrap_err().problem().code(), "internal_error");
}
