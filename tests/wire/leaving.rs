//! Tests of clients that disconnect while they are still sending.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::post;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::Json;
use definable_errors::stack::Stack;
use definable_errors::timeout::ConcurrencyLimit;
use serde_json::Value;
use support::{Counter, axum_serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

const LENGTH: usize = 1_000;

async fn served(limit: &ConcurrencyLimit, counter: &Counter) -> SocketAddr {
    let stack = Stack::new()
        .errors(ApiErrorLayer::new().report(counter.clone()))
        .timeout(Duration::from_secs(60))
        .concurrency_limit(limit.clone());
    let app: Router = Router::new().route("/", post(async |_: Json<Value>| "done")).layer(stack);
    axum_serve(app).await
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

// The gate "client disconnect", in the middle of the body
#[tokio::test]
async fn client_that_disconnects_amid_its_body_is_counted_once_and_frees_its_permit() {
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
                // The connection is reset instead of closed.
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
async fn client_that_sends_an_invalid_body_has_not_disconnected() {
    let (limit, counter) = (ConcurrencyLimit::new(1), Counter::default());
    let address = served(&limit, &counter).await;
    let mut stream = sends(address, "transfer-encoding: chunked", "hunter2\r\n").await;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && !answer.contains("hunter2"), "{answer}");
    assert!(answer.contains("\"detail\":\"The framing of the body is not valid.\""), "{answer}");
    assert_eq!(counter.counts(), (1, 0));
}

/// Returns an HTTP/2 frame on a client's first stream, or on the connection (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, flags, 0, 0, 0, stream][..], payload].concat()
}

/// Returns the preface, a `POST` of JSON, and a part of its body.
fn half_a_request() -> Vec<u8> {
    // `:method POST`, `:scheme http`, `:path /`, `:authority`, `content-type` (RFC 7541 appendix A).
    let mut fields = vec![0x83, 0x86, 0x84, 0x01, 9];
    fields.extend_from_slice(b"localhost");
    fields.extend_from_slice(&[0x0f, 0x10, 16]);
    fields.extend_from_slice(b"application/json");
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        frame(4, 0, 0, &[]),
        frame(1, 4, 1, &fields),
        frame(0, 0, 1, b"[1, "),
    ]
    .concat()
}

// `RST_STREAM` with CANCEL and with INTERNAL_ERROR (RFC 9113 §7), and the end of the connection.
#[tokio::test]
async fn http_2_client_that_disconnects_amid_its_body_is_counted_once() {
    let (limit, counter) = (ConcurrencyLimit::new(1), Counter::default());
    let address = served(&limit, &counter).await;
    for (number, reason) in [Some(8), Some(2), None].repeat(5).into_iter().enumerate() {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&half_a_request()).await.unwrap();
        at_work(&limit, 1).await;
        if let Some(reason) = reason {
            stream.write_all(&frame(3, 0, 1, &[0, 0, 0, reason])).await.unwrap();
            at_work(&limit, 0).await;
        }
        drop(stream);
        at_work(&limit, 0).await;
        while counter.counts() == (0, number) {
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(counter.counts(), (0, number + 1), "{reason:?}");
    }
}
