//! Clients that go away while they are still sending.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::post;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::Json;
use definable_errors::stack::Stack;
use definable_errors::timeout::ConcurrencyLimit;
use futures_util::{StreamExt, stream};
use http::{Request, Version};
use http_body_util::StreamBody;
use hyper::body::Frame;
use hyper::client::conn::http2::handshake;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::support::Counter;

const LENGTH: usize = 1_000;

async fn served(limit: &ConcurrencyLimit, counter: &Counter) -> SocketAddr {
    let stack = Stack::new()
        .errors(ApiErrorLayer::new().report(counter.clone()))
        .deadline(Duration::from_secs(60))
        .concurrency(limit.clone());
    let app: Router = Router::new().route("/", post(async |_: Json<Value>| "done")).layer(stack);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

/// Sends a part of a body, and no more.
async fn sends(address: SocketAddr, framing: &str, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    let text = format!("{head}\r\n{framing}\r\n\r\n{sent}");
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn at_work(limit: &ConcurrencyLimit, count: usize) {
    while limit.in_flight() != count {
        sleep(Duration::from_millis(1)).await;
    }
}

// ST-4; the gate "client disconnect", amid the body
#[tokio::test]
async fn a_client_that_leaves_amid_its_body_is_counted_once_and_frees_its_place() {
    let (limit, counter) = (ConcurrencyLimit::new(1), Counter::default());
    let address = served(&limit, &counter).await;
    let mut left = 0;
    for sent in (0..LENGTH).step_by(50) {
        let length = format!("content-length: {LENGTH}");
        for framing in [&*length, "transfer-encoding: chunked"] {
            let chunk = if framing == length { String::new() } else { format!("{LENGTH:x}\r\n") };
            let stream = sends(address, framing, &(chunk + &" ".repeat(sent))).await;
            at_work(&limit, 1).await;
            if sent % 100 == 0 {
                // A reset in place of a farewell.
                stream.set_zero_linger().unwrap();
            }
            drop(stream);
            at_work(&limit, 0).await;
            left += 1;
        }
    }
    while counter.counts().1 < left {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(counter.counts(), (0, left));
}

#[tokio::test]
async fn a_client_that_sends_nonsense_has_not_left() {
    let (limit, counter) = (ConcurrencyLimit::new(1), Counter::default());
    let address = served(&limit, &counter).await;
    let mut stream = sends(address, "transfer-encoding: chunked", "hunter2\r\n").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && !answer.contains("hunter2"), "{answer}");
    assert!(answer.contains("\"detail\":\"The framing of the body is not valid.\""), "{answer}");
    assert_eq!(counter.counts(), (1, 0));
}

/// Sends half a body over HTTP/2 and gives the stream of the rest, which never comes.
fn half() -> (Body, oneshot::Sender<()>) {
    let (end, ended) = oneshot::channel::<()>();
    let half = stream::iter([Ok(Frame::data(Bytes::from_static(b"[1, ")))]);
    let broken = stream::once(async move {
        let _ = ended.await;
        Err(std::io::Error::other("canary"))
    });
    (Body::new(StreamBody::new(half.chain(broken))), end)
}

// RST_STREAM by a client that drops its request, RST_STREAM by one whose body fails, and the end of
// the connection (RFC 9113 §6.4).
#[tokio::test]
async fn http_2_client_that_leaves_amid_its_body_is_counted_once() {
    let (limit, counter) = (ConcurrencyLimit::new(1), Counter::default());
    let address = served(&limit, &counter).await;
    for (number, way) in ["drop", "fail", "disconnect"].repeat(5).into_iter().enumerate() {
        let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
        let (mut sender, connection) = handshake(TokioExecutor::new(), stream).await.unwrap();
        let connection = tokio::spawn(connection);
        let (body, end) = half();
        let request = Request::post("http://localhost/")
            .version(Version::HTTP_2)
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        let answer = tokio::spawn(sender.send_request(request));
        at_work(&limit, 1).await;
        match way {
            "drop" => answer.abort(),
            "fail" => end.send(()).unwrap(),
            _ => connection.abort(),
        }
        at_work(&limit, 0).await;
        while counter.counts() == (0, number) {
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(counter.counts(), (0, number + 1), "{way}");
    }
}
