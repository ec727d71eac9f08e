//! Tests of our extractors with the worst input: the right status, the right code, nothing echoed.

mod assume_json;
mod body_limit;
mod conditional;
mod extension;
mod form;
mod header;
mod json;
mod multipart;
mod optional;
mod path;
mod put_aside;
mod query;
mod too_large;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use definable_errors::ApiErrorLayer;
use futures_util::stream;
use http::Request;
use support::{Answer, call, send, with};

/// The value that the handlers of these tests extract.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Order {
    qty: u8,
    name: Option<String>,
}

/// A value whose error messages repeat its input.
#[derive(serde::Serialize)]
struct Talkative(String);

impl<'de> serde::Deserialize<'de> for Talkative {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("I do not like {text}")))
    }
}

async fn answer(app: Router, sent: Request<Body>) -> Answer {
    let answer = send(app.layer(ApiErrorLayer::new()), sent).await;
    answer.check();
    answer
}

/// Returns the status, and the code if it is an error.
fn verdict(answer: &Answer) -> (u16, String) {
    let code = if answer.status.is_success() { String::new() } else { answer.code() };
    (answer.status.as_u16(), code)
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn accepted() -> (u16, String) {
    (200, String::new())
}

/// Returns a body without a `Content-Length` that sends one byte per frame.
fn chunked(bytes: &'static [u8]) -> Body {
    Body::from_stream(stream::iter(
        bytes.chunks(1).map(|byte| Ok::<_, std::io::Error>(Bytes::from_static(byte))),
    ))
}

/// Returns a body whose second frame is an error.
fn broken(start: &'static [u8]) -> Body {
    let frames = [Ok(Bytes::from_static(start)), Err(std::io::Error::other("hunter2"))];
    Body::from_stream(stream::iter(frames))
}

/// Sends a request within the process, where a broken body is certain to be noticed.
async fn inside(app: Router, sent: Request<Body>) -> (u16, serde_json::Value) {
    let app = app.layer(ApiErrorLayer::new());
    let answer = call(app, sent).await;
    assert!(!answer.body.contains("hunter2"));
    (answer.status.as_u16(), serde_json::from_str(&answer.body).unwrap_or_default())
}
