//! Tests of clients that send everything before they read: if the server closed the connection at
//! once, it would be reset, and the response would be lost.

use std::time::Duration;

use axum::Router;
use axum::routing::post;
use definable_errors::extract::{BodyLimit, Json, Multipart};
use support::connect;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MIB: usize = 1024 * 1024;

fn app() -> Router {
    Router::new()
        .route("/json", post(async |_: Json<serde_json::Value>| {}))
        .route("/form", post(async |_: Multipart| {}))
        .route("/layer", post(async || {}).layer(BodyLimit::bytes(MIB)))
}

fn head(path: &str, headers: &str) -> String {
    let kind = match path {
        "/form" => "multipart/form-data; boundary=x",
        _ => "application/json",
    };
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n{headers}\r\n")
}

/// Reads the response until it is complete.
async fn answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let read = stream.read_buf(&mut answer).await.expect("the connection is not reset");
        assert_ne!(read, 0, "the connection is closed");
    }
    String::from_utf8(answer).unwrap()
}

fn assert_too_large(answer: &str) {
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"code\":\"payload_too_large\""), "{answer}");
}

async fn send_all_then_read(path: &str, headers: &str, body: &[u8]) {
    let mut stream = connect(app()).await;
    stream.write_all(head(path, headers).as_bytes()).await.unwrap();
    stream.write_all(body).await.expect("all can be sent");
    assert_too_large(&answer(&mut stream).await);
}

#[tokio::test]
async fn client_that_sends_eight_mebibytes_before_reading_receives_the_413() {
    let body = vec![b' '; 8 * MIB];
    let length = format!("content-length: {}\r\n", body.len());
    for path in ["/json", "/form", "/layer"] {
        for _ in 0..10 {
            send_all_then_read(path, &length, &body).await;
        }
    }
}

#[tokio::test]
async fn client_that_declares_no_length_receives_the_413() {
    let chunk = [b"4000\r\n", &[b' '; 0x4000][..], b"\r\n"].concat();
    let body = [chunk.repeat(8 * MIB / 0x4000), b"0\r\n\r\n".to_vec()].concat();
    for _ in 0..10 {
        send_all_then_read("/json", "transfer-encoding: chunked\r\n", &body).await;
    }
}

#[tokio::test]
async fn drained_body_leaves_the_connection_open() {
    let mut stream = connect(app()).await;
    let length = format!("content-length: {}\r\n", 3 * MIB);
    for _ in 0..2 {
        stream.write_all(head("/json", &length).as_bytes()).await.unwrap();
        stream.write_all(&vec![b' '; 3 * MIB]).await.unwrap();
        assert_too_large(&answer(&mut stream).await);
    }
}

/// Sends a head without a body, and asserts that the response comes at once.
async fn is_answered_at_once(path: &str, headers: &str) {
    let mut stream = connect(app()).await;
    stream.write_all(head(path, headers).as_bytes()).await.unwrap();
    let answer = tokio::time::timeout(Duration::from_secs(30), answer(&mut stream)).await;
    assert_too_large(&answer.expect("it is answered at once"));
}

#[tokio::test]
async fn client_that_expects_100_continue_is_rejected_at_once() {
    let asking = format!("content-length: {}\r\nexpect: 100-continue\r\n", 8 * MIB);
    for path in ["/json", "/form", "/layer"] {
        is_answered_at_once(path, &asking).await;
    }
}

#[tokio::test]
async fn body_that_is_too_large_to_drain_is_not_read() {
    let length = format!("content-length: {}\r\n", 17 * MIB);
    for path in ["/json", "/form", "/layer"] {
        is_answered_at_once(path, &length).await;
    }
}
