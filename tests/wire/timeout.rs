//! Tests of deadlines: which side was too slow, on HTTP/1.1 and HTTP/2.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get as on_get, post};
use definable_errors::context::Deadline;
use definable_errors::timeout::Timeout;
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use futures_util::{FutureExt, StreamExt, stream};
use http::{Method, Request, Version};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Body as _;
use hyper::body::Frame;
use support::{Answer, connect, get, http2, request, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

const SHORT: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(60);

async fn sleeps() {
    tokio::time::sleep(LONG).await;
}

fn app(after: Duration) -> Router {
    Router::new()
        .route("/fast", on_get(|| async { "in time" }))
        .route("/slow", on_get(sleeps))
        .route("/reads", post(|_: Bytes| async { "read" }))
        .route("/reads-then-sleeps", post(|_: Bytes| sleeps()))
        .route("/never-reads", post(|_: Body| sleeps()))
        .route("/gives-up", post(gives_up))
        .route("/looks-once", post(looks_once))
        .route("/looks-now", post(looks_now))
        .route("/selects", post(selects))
        .route("/joins", post(joins))
        .route("/busy", on_get(busy))
        .route("/stream", on_get(streams))
        .layer(Timeout::new(after))
        .layer(ApiErrorLayer::new())
}

/// Waits for the client for a short time, and then for something else.
async fn gives_up(body: Body) {
    let _ = tokio::time::timeout(SHORT / 10, body.collect()).await;
    sleeps().await;
}

/// Polls the body once, keeps it and waits for a database.
async fn looks_once(mut body: Body) {
    let look = |cx: &mut Context<'_>| {
        let _ = Pin::new(&mut body).poll_frame(cx);
        Poll::Ready(())
    };
    poll_fn(look).await;
    sleeps().await;
    drop(body);
}

async fn looks_now(mut body: Body) {
    while let Some(Some(_)) = body.frame().now_or_never() {}
    sleeps().await;
    drop(body);
}

/// Reads the first frame, keeps the body and waits for a database.
async fn selects(mut body: Body) {
    let _ = body.frame().await;
    tokio::select! {
        _ = body.frame() => {}
        () = tokio::time::sleep(SHORT / 10) => {}
    }
    sleeps().await;
    drop(body);
}

async fn joins(body: Body) {
    let _ = tokio::join!(body.collect(), sleeps());
}

/// Is busy whenever it is polled.
async fn busy() {
    loop {
        tokio::task::coop::consume_budget().await;
    }
}

/// Returns a body of five words that takes longer than the deadline.
async fn streams() -> Body {
    Body::from_stream(stream::iter(0..5).then(|count| async move {
        tokio::time::sleep(SHORT / 2).await;
        Ok::<_, Infallible>(format!("{count} "))
    }))
}

#[tokio::test]
async fn slow_handler_is_a_503() {
    send(app(SHORT), get("/slow")).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 1
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/deadline_exceeded"
        title: "Deadline exceeded"
        status: 503
        detail: "Deadline exceeded"
        instance: "urn:uuid:<id>"
        code: "deadline_exceeded"
        request_id: "<id>"
        retry_after: 1
        retryable: true
    "#]]);
    assert_eq!(send(app(SHORT), get("/fast")).await.body, "in time");
}

#[tokio::test]
async fn rejected_head_has_no_body() {
    let answer = send(app(SHORT), request(Method::HEAD, "/slow")).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (503, ""));
    assert_eq!(answer.header("retry-after"), Some("1"));
}

/// Sends the head of a request and half of its body, and reads until the server closes.
async fn half(path: &str) -> String {
    let mut stream = connect(app(SHORT)).await;
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"half.").await.unwrap();
    let mut answer = vec![0; 4096];
    let mut length = 0;
    while !answer[..length].ends_with(b"}") {
        length += stream.read(&mut answer[length..]).await.unwrap();
    }
    let text = String::from_utf8(answer[..length].to_vec()).unwrap();
    if text.contains("connection: close") {
        assert_eq!(stream.read(&mut answer).await.unwrap(), 0, "closed");
    }
    text
}

// The gate "slow body"
#[tokio::test]
async fn slow_client_is_a_408_and_the_connection_closes() {
    let text = half("/reads").await;
    assert!(text.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{text}");
    assert!(text.contains("connection: close\r\n"), "{text}");
    assert!(text.contains(r#""code":"request_timeout""#), "{text}");
    assert!(text.contains(r#""retryable":true"#), "{text}");
}

#[tokio::test]
async fn client_is_not_blamed_for_an_unread_body() {
    for path in ["/never-reads", "/gives-up"] {
        let text = half(path).await;
        assert!(text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{path}: {text}");
    }
    let mut sent = request(Method::POST, "/reads-then-sleeps");
    *sent.body_mut() = "whole".into();
    assert_eq!(send(app(SHORT), sent).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn client_is_not_blamed_for_a_body_that_was_only_polled() {
    for path in ["/looks-once", "/looks-now", "/selects"] {
        let text = half(path).await;
        assert!(text.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{path}: {text}");
        assert!(text.contains("\"code\":\"deadline_exceeded\""), "{path}: {text}");
        assert!(text.contains("retry-after: 1\r\n"), "{path}: {text}");
    }
}

#[tokio::test]
async fn client_is_too_slow_if_the_handler_waits_for_the_body_among_others() {
    let text = half("/joins").await;
    assert!(text.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{text}");
}

fn http2_request(method: Method, path: &str, body: Body) -> Request<Body> {
    let uri = format!("http://localhost{path}");
    let request = Request::builder().method(method).version(Version::HTTP_2).uri(uri);
    request.body(body).unwrap()
}

// The gate "slow body": the stream ends, the connection stays
#[tokio::test]
async fn http_2_stream_ends_and_its_connection_stays() {
    let mut sender = http2(app(SHORT)).await;
    let first = stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from_static(b"half")))]);
    let (kept, is_reset) = oneshot::channel::<()>();
    let rest = stream::once(async move {
        let _kept = kept;
        pending().await
    });
    let body = Body::new(StreamBody::new(first.chain(rest)));
    let slow = sender.send_request(http2_request(Method::POST, "/reads", body));
    Answer::read(slow.await.unwrap()).await.is(&expect![[r#"
        408 Request Timeout
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/request_timeout"
        title: "Request timeout"
        status: 408
        detail: "Request timeout"
        instance: "urn:uuid:<id>"
        code: "request_timeout"
        request_id: "<id>"
        retryable: true
    "#]]);
    // The server asks the client to stop sending its body, and the client drops it.
    let is_reset = tokio::time::timeout(LONG, is_reset).await;
    assert!(is_reset.expect("the stream is reset").is_err());
    let fast = sender.send_request(http2_request(Method::GET, "/fast", Body::empty()));
    assert_eq!(Answer::read(fast.await.unwrap()).await.body, "in time");
    let slow = sender.send_request(http2_request(Method::GET, "/slow", Body::empty()));
    assert_eq!(Answer::read(slow.await.unwrap()).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn earliest_of_several_deadlines_holds() {
    let nested = |inner, outer| {
        let routes = Router::new().route("/", on_get(sleeps)).layer(Timeout::new(inner));
        routes.layer(Timeout::new(outer)).layer(ApiErrorLayer::new())
    };
    for (inner, outer) in [(SHORT, LONG), (LONG, SHORT)] {
        assert_eq!(send(nested(inner, outer), get("/")).await.code(), "deadline_exceeded");
    }
}

#[tokio::test]
async fn handlers_can_read_their_deadline() {
    let app = |inner, outer| {
        let left = |deadline: Deadline| async move { deadline.remaining().as_nanos().to_string() };
        let routes = Router::new().route("/", on_get(left)).layer(inner);
        routes.layer(outer).layer(ApiErrorLayer::new())
    };
    let left = async |inner, outer| -> u128 {
        send(app(inner, outer), get("/")).await.body.parse().unwrap()
    };
    let (short, long) = (Timeout::new(LONG), Timeout::new(3 * LONG));
    for (inner, outer) in [(long, short), (short, long), (Timeout::none(), short)] {
        let left = left(inner, outer).await;
        assert!(0 < left && left < LONG.as_nanos(), "{left}");
    }
    for inner in [Timeout::none(), Timeout::new(Duration::MAX)] {
        assert_eq!(left(inner, Timeout::none()).await, Duration::MAX.as_nanos());
    }
}

struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn handler_is_dropped_before_the_response_is_sent() {
    let is_dropped = Arc::new(AtomicBool::new(false));
    let guard = is_dropped.clone();
    let handler = || async move {
        let _guard = Dropped(guard);
        pending::<()>().await;
    };
    let routes = Router::new().route("/", on_get(handler)).layer(Timeout::new(SHORT));
    assert_eq!(send(routes, get("/")).await.code(), "deadline_exceeded");
    assert!(is_dropped.load(Ordering::Relaxed));
}

#[tokio::test]
async fn busy_handler_meets_its_deadline() {
    assert_eq!(send(app(SHORT), get("/busy")).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn streaming_body_has_no_deadline() {
    assert_eq!(send(app(SHORT), get("/stream")).await.body, "0 1 2 3 4 ");
}

#[tokio::test]
async fn error_in_time_is_unchanged() {
    let failing = Router::new().route("/", on_get(|| async { ApiError::conflict("taken") }));
    let app = failing.layer(Timeout::new(LONG)).layer(ApiErrorLayer::new());
    assert_eq!(send(app, get("/")).await.code(), "conflict");
}
