//! Tests of unreadable bodies: every reader of a body gives the same, true response.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use definable_errors::ApiErrorLayer;
use definable_errors::extract::{Form, Json, Multipart};
use http::{Method, Request};
use serde_json::Value;
use support::{Answer, Recorder, connect, send, with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// The JSON `{"qty":1,"name":"whole"}`, compressed.
const GZIP: [u8; 44] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x2c, 0xa9, 0x54,
    0xb2, 0x32, 0xd4, 0x51, 0xca, 0x4b, 0xcc, 0x4d, 0x55, 0xb2, 0x52, 0x2a, 0xcf, 0xc8, 0xcf, 0x49,
    0x55, 0xaa, 0x05, 0x00, 0x85, 0x41, 0x87, 0xa5, 0x18, 0x00, 0x00, 0x00,
];
const DEFLATE: [u8; 32] = [
    0x78, 0x9c, 0xab, 0x56, 0x2a, 0x2c, 0xa9, 0x54, 0xb2, 0x32, 0xd4, 0x51, 0xca, 0x4b, 0xcc, 0x4d,
    0x55, 0xb2, 0x52, 0x2a, 0xcf, 0xc8, 0xcf, 0x49, 0x55, 0xaa, 0x05, 0x00, 0x5e, 0x43, 0x07, 0xb4,
];

const TRUNCATED: &str = "The encoded body ends before its content is complete.";
const UNDECODABLE: &str = "The body could not be decoded.";
const UNREADABLE: &str = "The body could not be read to its end.";
const STALLED: &str = "The body did not arrive in time.";

/// Reads a multipart body to its end.
async fn parts(mut parts: Multipart) -> Result<(), definable_errors::ApiError> {
    while let Some(part) = parts.next_field().await? {
        let _ = part.bytes().await?;
    }
    Ok(())
}

fn routes() -> Router {
    Router::new()
        .route("/json", post(async |_: Json<Value>| {}))
        .route("/form", post(async |_: Form<Value>| {}))
        .route("/multipart", post(parts))
        .route("/axum-json", post(async |_: axum::Json<Value>| {}))
        .route("/axum-bytes", post(async |_: Bytes| {}))
        .route("/axum-string", post(async |_: String| {}))
}

fn content_type(path: &str) -> &'static str {
    match path {
        "/multipart" => "multipart/form-data; boundary=x",
        "/form" => "application/x-www-form-urlencoded",
        _ => "application/json",
    }
}

fn encoded(path: &str, coding: &str, body: &[u8]) -> Request<axum::body::Body> {
    let fields = [("content-type", content_type(path)), ("content-encoding", coding)];
    with(Method::POST, path, &fields, body.to_vec())
}

async fn decoded(path: &str, coding: &str, body: &[u8]) -> (Answer, Vec<String>) {
    let recorder = Recorder::default();
    let app = routes()
        .layer(RequestDecompressionLayer::new())
        .layer(ApiErrorLayer::new().report(recorder.clone()));
    let answer = send(app, encoded(path, coding, body)).await;
    answer.check();
    let codes = recorder.records().into_iter().map(|record| record.code).collect();
    (answer, codes)
}

async fn assert_decoding(path: &str, coding: &str, body: &[u8], details: &[&str]) {
    let (answer, reported) = decoded(path, coding, body).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (400, "malformed_body"), "{path}");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(details.contains(&&*detail), "{path} {coding}: {detail}");
    assert_eq!(reported, ["malformed_body"], "{path} {coding}");
}

#[tokio::test]
async fn encoded_body_that_is_whole_is_read() {
    for (coding, body) in [("gzip", &GZIP[..]), ("deflate", &DEFLATE)] {
        let (answer, reported) = decoded("/json", coding, body).await;
        assert_eq!((answer.status.as_u16(), reported.len()), (200, 0), "{coding}");
    }
}

#[tokio::test]
async fn truncated_content_coding_is_a_reported_400() {
    for length in [GZIP.len() - 1, GZIP.len() / 2, 1] {
        for path in ["/json", "/form", "/axum-json", "/axum-bytes"] {
            assert_decoding(path, "gzip", &GZIP[..length], &[TRUNCATED]).await;
        }
    }
    // The zlib decoder has no error kind of its own for an early end.
    for length in [DEFLATE.len() - 1, DEFLATE.len() / 2, 1] {
        for path in ["/json", "/axum-json"] {
            assert_decoding(path, "deflate", &DEFLATE[..length], &[TRUNCATED, UNREADABLE]).await;
        }
    }
    assert_decoding("/multipart", "gzip", &GZIP[..20], &[TRUNCATED]).await;
}

#[tokio::test]
async fn body_that_its_content_coding_does_not_describe_is_a_reported_400() {
    let mut wrong_checksum = GZIP;
    wrong_checksum[36] ^= 1;
    let mut wrong_length = GZIP;
    wrong_length[40] ^= 1;
    let bodies: [(&str, &[u8]); 4] = [
        ("gzip", b"{\"qty\":1} is no gzip"),
        ("gzip", &wrong_checksum),
        ("gzip", &wrong_length),
        ("deflate", b"{\"qty\":1} is no zlib"),
    ];
    for (coding, body) in bodies {
        assert_decoding("/json", coding, body, &[UNDECODABLE, UNREADABLE]).await;
        // Of the response of axum's own extractors, only the text of the decoder remains.
        assert_decoding("/axum-json", coding, body, &[UNDECODABLE, UNREADABLE]).await;
    }
}

/// Sends half of a body and nothing more, and returns the response.
async fn half(app: Router, path: &str, framing: &str, half: &str) -> String {
    let mut stream = connect(app).await;
    let kind = content_type(path);
    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n");
    stream.write_all(format!("{head}{framing}\r\n\r\n{half}").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") && stream.read_buf(&mut answer).await.unwrap() > 0 {}
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn body_that_stalls_is_a_408_for_every_reader() {
    for (path, sent) in [
        ("/json", "[1, "),
        ("/form", "a=1&"),
        ("/multipart", "--x\r\n"),
        ("/multipart", "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nhalf"),
        ("/axum-json", "[1, "),
        ("/axum-bytes", "half"),
        ("/axum-string", ""),
    ] {
        let recorder = Recorder::default();
        let app = routes()
            .layer(RequestBodyTimeoutLayer::new(Duration::from_millis(50)))
            .layer(ApiErrorLayer::new().report(recorder.clone()));
        let answer = half(app, path, "content-length: 1000", sent).await;
        assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{path}: {answer}");
        for part in ["\"code\":\"request_timeout\"", "\"retryable\":true", STALLED] {
            assert!(answer.contains(part), "{path}: {answer}");
        }
        let records = recorder.records();
        assert_eq!(records.len(), 1, "{path}");
        assert_eq!((&*records[0].code, records[0].status), ("request_timeout", 408), "{path}");
    }
}

#[tokio::test]
async fn body_over_the_limit_of_a_layer_is_a_413_for_every_reader() {
    for path in ["/json", "/form", "/multipart", "/axum-json", "/axum-bytes"] {
        let app = routes().layer(RequestBodyLimitLayer::new(8)).layer(ApiErrorLayer::new());
        let chunks = "20\r\n--x\r\nabcdefghijklmnopqrstuvwxyz!\r\n\r\n0\r\n\r\n";
        let answer = half(app, path, "transfer-encoding: chunked", chunks).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
        assert!(answer.contains("\"code\":\"payload_too_large\""), "{path}: {answer}");
    }
}

#[tokio::test]
async fn malformed_chunks_are_a_reported_400_for_every_reader() {
    for path in ["/json", "/form", "/multipart", "/axum-json", "/axum-bytes"] {
        let recorder = Recorder::default();
        let app = routes().layer(ApiErrorLayer::new().report(recorder.clone()));
        let answer = half(app, path, "transfer-encoding: chunked", "hunter2\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{path}: {answer}");
        assert!(answer.contains("\"code\":\"malformed_body\""), "{path}: {answer}");
        assert!(
            !answer.contains("ended before") && !answer.contains("hunter2"),
            "{path}: {answer}"
        );
        let codes: Vec<_> = recorder.records().into_iter().map(|record| record.code).collect();
        assert_eq!(codes, ["malformed_body"], "{path}");
    }
}
