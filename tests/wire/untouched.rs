//! Tests that successes pass through the layer unchanged, apart from the added id.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get as on_get;
use bytes::Bytes;
use definable_errors::ApiErrorLayer;
use futures_core::Stream;
use futures_util::{SinkExt, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use support::{connect, get, open};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tower::ServiceExt;

/// Returns the headers without those that differ from response to response.
fn lasting(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in ["date", "sec-websocket-accept"] {
        headers.remove(name);
    }
    headers
}

/// Asserts that the layer adds an id and nothing else.
fn differ_in_the_id(with: &HeaderMap, without: &HeaderMap) {
    let mut with = lasting(with);
    assert!(with.remove("x-request-id").is_some());
    assert_eq!(with, lasting(without));
}

/// Returns the response through the layer, after comparing its head with the one without the layer.
async fn untouched(app: Router, path: &str) -> Response<Incoming> {
    let without = open(app.clone(), get(path)).await;
    let with = open(app.layer(ApiErrorLayer::new()), get(path)).await;
    assert_eq!(with.status(), without.status());
    differ_in_the_id(with.headers(), without.headers());
    with
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let _ = socket.send(message).await;
    }
}

/// Sends a word over a WebSocket; returns the headers of the 101 and the reply.
async fn echoed(app: Router, word: &str) -> (HeaderMap, Message) {
    let stream = connect(app).await;
    let (mut socket, response) = client_async("ws://localhost/", stream).await.unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    socket.send(Message::text(word)).await.unwrap();
    let answer = socket.next().await.unwrap().unwrap();
    (response.headers().clone(), answer)
}

#[tokio::test]
async fn web_socket_opens_and_echoes() {
    let upgrade = |upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) };
    let app = Router::new().route("/", on_get(upgrade));
    let (without, _) = echoed(app.clone(), "hello").await;
    let (with, answer) = echoed(app.layer(ApiErrorLayer::new()), "hello").await;
    assert_eq!(answer, Message::text("hello"));
    differ_in_the_id(&with, &without);
    assert!(with.contains_key("sec-websocket-accept"));
}

/// Returns an event for every word.
fn events(
    mut words: UnboundedReceiver<&'static str>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    futures_util::stream::poll_fn(move |context| {
        words.poll_recv(context).map(|word| word.map(|word| Ok(Event::default().data(word))))
    })
}

async fn next(body: &mut Incoming) -> Option<Bytes> {
    Some(body.frame().await?.unwrap().into_data().unwrap())
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    let (say, words) = unbounded_channel();
    let words = Arc::new(Mutex::new(Some(words)));
    let handler = async move || Sse::new(events(words.lock().unwrap().take().unwrap()));
    let app = Router::new().route("/", on_get(handler));
    let response = open(app.layer(ApiErrorLayer::new()), get("/")).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    for (word, event) in [("one", "data: one\n\n"), ("two", "data: two\n\n")] {
        say.send(word).unwrap();
        assert_eq!(next(&mut body).await.unwrap(), event);
    }
    drop(say);
    assert_eq!(next(&mut body).await, None);
}

#[tokio::test]
async fn stream_of_events_keeps_its_headers() {
    let silent = || async {
        Sse::new(futures_util::stream::empty::<Result<Event, Infallible>>()).into_response()
    };
    let response = untouched(Router::new().route("/", on_get(silent)), "/").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    // axum sets this header itself.
    assert_eq!(response.headers()["cache-control"], "no-cache");
    assert!(!response.headers().contains_key("vary"));
}

/// A body of which is known that it ended, or how long it may be.
struct Hinted(bool, SizeHint);

impl HttpBody for Hinted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.0
    }

    fn size_hint(&self) -> SizeHint {
        self.1
    }
}

#[tokio::test]
async fn layer_keeps_the_size_hint_and_the_end_of_a_body() {
    let app = Router::new()
        .route("/ended", on_get(async || Body::new(Hinted(true, SizeHint::new())).into_response()))
        .route(
            "/bounded",
            on_get(async || {
                let mut hint = SizeHint::new();
                hint.set_lower(3);
                hint.set_upper(7);
                Body::new(Hinted(false, hint)).into_response()
            }),
        )
        .layer(ApiErrorLayer::new());
    let body = async |path| app.clone().oneshot(get(path)).await.unwrap().into_body();
    assert!(body("/ended").await.is_end_stream());
    let bounded = body("/bounded").await;
    assert!(!bounded.is_end_stream());
    assert_eq!((bounded.size_hint().lower(), bounded.size_hint().upper()), (3, Some(7)));
}

#[tokio::test]
async fn large_success_streams_through() {
    let chunk = |number: u8| Ok::<_, Infallible>(Bytes::from(vec![number; 64 * 1024]));
    let large =
        move || async move { Body::from_stream(futures_util::stream::iter((0..128).map(chunk))) };
    let response = untouched(Router::new().route("/", on_get(large)), "/").await;
    assert!(!response.headers().contains_key("content-length"));
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let expected: Vec<u8> = (0..128).flat_map(|number| vec![number; 64 * 1024]).collect();
    assert!(body == expected, "{} bytes", body.len());
}

fn trailers() -> HeaderMap {
    HeaderMap::from_iter([(HeaderName::from_static("grpc-status"), HeaderValue::from_static("5"))])
}

/// Responds as gRPC does: the status is always 200, and the outcome is in the trailers.
async fn grpc() -> Response {
    let frames = [Frame::data(Bytes::from_static(b"\0\0\0\0\0")), Frame::trailers(trailers())];
    let frames = frames.map(Ok::<_, Infallible>);
    let body = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
    ([("content-type", "application/grpc"), ("trailer", "grpc-status")], body).into_response()
}

#[tokio::test]
async fn trailers_of_grpc_arrive() {
    let app = Router::new().route("/", on_get(grpc)).layer(ApiErrorLayer::new());
    let mut sent = get("/");
    sent.headers_mut().insert("te", HeaderValue::from_static("trailers"));
    let response = open(app, sent).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/grpc");
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers(), Some(&trailers()));
    assert_eq!(&*body.to_bytes(), b"\0\0\0\0\0");
}

#[tokio::test]
async fn grpc_keeps_its_headers() {
    let response = untouched(Router::new().route("/", on_get(grpc)), "/").await;
    assert_eq!(response.headers()["content-type"], "application/grpc");
}
