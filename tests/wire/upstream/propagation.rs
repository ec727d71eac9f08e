//! What a call sends of the request that causes it.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use definable_errors::timeout::Timeout;
use definable_errors::upstream::Upstream;
use definable_errors::{ApiErrorLayer, RequestContext};
use http::Request;

use super::server::{Act, Server, app, header_of};
use crate::spans::Spans;
use support::send;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// Returns a request with ids, trace and a deadline of its own.
fn traced() -> Request<Body> {
    let request = Request::get("/order")
        .header("host", "localhost")
        .header("x-request-id", "checkout-17")
        .header("traceparent", format!("00-{TRACE}-{PARENT}-01"))
        .header("tracestate", "vendor=1")
        .header("tracestate", "other=2")
        .header("x-envoy-expected-rq-timeout-ms", "1")
        .header("authorization", "Bearer hunter2")
        .header("cookie", "session=hunter2");
    request.body(Body::empty()).unwrap()
}

async fn received(app: Router, server: &Server, request: Request<Body>) -> Vec<String> {
    let answer = send(app, request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    server.requests()
}

#[tokio::test]
async fn ids_trace_and_remaining_time_are_sent_along() {
    let server = Server::always(Act::json(200, r#"{"total": 17}"#)).await;
    let app = app(server.client().build().unwrap()).layer(Timeout::new(Duration::from_secs(3)));
    let app = app.layer(ApiErrorLayer::new());
    let requests = received(app, &server, traced()).await;
    let header = |name| header_of(&requests[0], name);
    assert!(requests[0].starts_with("GET /v1/orders/42 HTTP/1.1\r\n"));
    assert_eq!(header("x-request-id"), Some("checkout-17"));
    let parent = header("traceparent").unwrap();
    assert!(parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with("-01"), "{parent}");
    assert!(!parent.contains(PARENT), "{parent}");
    assert_eq!(header("tracestate"), Some("vendor=1,other=2"));
    // That of the caller is ignored.
    let millis: u64 = header("x-envoy-expected-rq-timeout-ms").unwrap().parse().unwrap();
    assert!((2_000..=3_000).contains(&millis), "{millis}");
    assert_eq!((header("authorization"), header("cookie")), (None, None));
}

#[tokio::test]
async fn without_a_deadline_the_time_is_that_of_an_attempt() {
    let server = Server::always(Act::json(200, r#"{"total": 17}"#)).await;
    let client = server.client().attempt_timeout(Duration::from_millis(1_500)).build().unwrap();
    let requests = received(app(client), &server, traced()).await;
    assert_eq!(header_of(&requests[0], "x-envoy-expected-rq-timeout-ms"), Some("1500"));
}

#[tokio::test]
async fn service_of_others_gets_nothing_of_the_request() {
    let server = Server::always(Act::json(200, r#"{"total": 17}"#)).await;
    let client = Upstream::external("orders", server.url()).header("x-api-key", "k").build();
    let requests = received(app(client.unwrap()), &server, traced()).await;
    assert_eq!(header_of(&requests[0], "x-api-key"), Some("k"));
    for name in
        ["x-request-id", "traceparent", "tracestate", "x-envoy-expected-rq-timeout-ms", "cookie"]
    {
        assert_eq!(header_of(&requests[0], name), None, "{name}");
    }
}

#[tokio::test]
async fn each_attempt_is_a_parent_of_its_own() {
    let server = Server::start(|number| match number {
        0 | 1 => Act::status(503, ""),
        _ => Act::json(200, r#"{"total": 17}"#),
    })
    .await;
    let requests = received(app(server.client().build().unwrap()), &server, traced()).await;
    let parents: Vec<_> =
        requests.iter().map(|request| header_of(request, "traceparent").unwrap()).collect();
    assert_eq!(parents.len(), 3);
    assert!(parents.iter().all(|parent| parent.contains(TRACE)), "{parents:?}");
    assert!(parents[0] != parents[1] && parents[1] != parents[2] && parents[0] != parents[2]);
}

/// The trace of an OpenTelemetry span takes precedence over that of the caller.
#[tokio::test]
async fn active_span_is_the_parent_of_every_attempt() {
    let server = Server::start(|number| match number {
        0 => Act::status(503, ""),
        _ => Act::json(200, r#"{"total": 17}"#),
    })
    .await;
    let spans = Spans::new();
    let app = spans.around(app(server.client().build().unwrap()));
    let requests = received(app, &server, traced()).await;
    let span = &spans.take()[0].span_context;
    let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(requests.len(), 2);
    for request in &requests {
        assert_eq!(header_of(request, "traceparent"), Some(&*expected));
        // That of the caller belongs to another trace.
        assert_eq!(header_of(request, "tracestate"), None);
    }
}

#[tokio::test]
async fn call_without_a_request_continues_the_trace_of_the_active_span() {
    let server = Server::always(Act::json(200, "{}")).await;
    let client = server.client().build().unwrap();
    let job = async move || {
        // A state without a parent belongs to no trace.
        let call = client.get(None, ["orders"]).header("tracestate", "vendor=1");
        call.send().await.map(drop)
    };
    let spans = Spans::new();
    let app = spans.around(Router::new().route("/order", get(job)));
    let requests = received(app, &server, traced()).await;
    let span = &spans.take()[0].span_context;
    let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
    assert_eq!(header_of(&requests[0], "traceparent"), Some(&*expected));
    assert_eq!(header_of(&requests[0], "tracestate"), None);
    assert_eq!(header_of(&requests[0], "x-request-id"), None);
}

#[tokio::test]
async fn traceparent_of_a_call_replaces_the_trace_of_its_request() {
    const OWN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let server = Server::always(Act::json(200, "{}")).await;
    let client = server.client().build().unwrap();
    let handler = async move |context: RequestContext| {
        let call = client.get(&context, ["orders"]).header("traceparent", OWN);
        call.header("x-request-id", "other").send().await.map(drop)
    };
    let app = Router::new().route("/order", get(handler));
    let requests = received(app.layer(ApiErrorLayer::new()), &server, traced()).await;
    assert_eq!(header_of(&requests[0], "traceparent"), Some(OWN));
    // That of the request belongs to another trace.
    assert_eq!(header_of(&requests[0], "tracestate"), None);
    assert_eq!(header_of(&requests[0], "x-request-id"), Some("checkout-17"));
}

#[tokio::test]
async fn invalid_trace_is_not_sent_along() {
    let zeros = "0".repeat(32);
    for trace in [
        format!("00-{zeros}-{PARENT}-01"),
        format!("00-{TRACE}-{}-01", &zeros[..16]),
        format!("00-{}-{PARENT}-01", TRACE.to_uppercase()),
        format!("ff-{TRACE}-{PARENT}-01"),
        format!("00-{TRACE}-{PARENT}-01-more"),
        format!("00-{TRACE}-{PARENT}"),
    ] {
        let server = Server::always(Act::json(200, r#"{"total": 17}"#)).await;
        let mut request = traced();
        request.headers_mut().insert("traceparent", trace.parse().unwrap());
        let requests = received(app(server.client().build().unwrap()), &server, request).await;
        assert_eq!(header_of(&requests[0], "traceparent"), None, "{trace}");
        assert_eq!(header_of(&requests[0], "tracestate"), None, "{trace}");
        assert_eq!(header_of(&requests[0], "x-request-id"), Some("checkout-17"));
    }
}

#[tokio::test]
async fn request_without_ids_is_known_by_the_id_that_its_client_gets() {
    let server = Server::always(Act::json(200, r#"{"total": 17}"#)).await;
    let request = Request::get("/order").header("host", "localhost").body(Body::empty());
    let answer = send(app(server.client().build().unwrap()), request.unwrap()).await;
    let id = answer.header("x-request-id").unwrap();
    assert_eq!(header_of(&server.requests()[0], "x-request-id"), Some(id));
}

#[tokio::test]
async fn deadline_of_the_request_ends_the_call() {
    let server = Server::always(Act::Stall(Vec::new())).await;
    let app = app(server.client().build().unwrap());
    let app = app.layer(Timeout::new(Duration::from_millis(400)));
    let app = app.layer(ApiErrorLayer::new());
    let started = std::time::Instant::now();
    let answer = send(app, traced()).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (504, "upstream_timeout"));
    assert!(started.elapsed() < Duration::from_millis(900), "{:?}", started.elapsed());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn request_whose_deadline_has_passed_is_not_sent() {
    let server = Server::always(Act::json(200, "{}")).await;
    let client = server.client().build().unwrap();
    let call = async move |context: RequestContext| {
        context.shorten_deadline(context.started());
        client.get(&context, "/a").send().await.map(|_| ())
    };
    let app = Router::new().route("/order", get(call));
    let answer = send(app, traced()).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "deadline_exceeded"));
    assert_eq!(server.count(), 0);
}
