//! Development mode shows no secret of a request.

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::routing::get;
use definable_errors::{ApiError, ApiErrorLayer};
use http::header;
use tokio::runtime::{Builder, Runtime};

use super::exchange::Exchange;

/// A value that the client sends in its credentials.
const SECRET: &str = "zq9Kx7Wv3Tn5Rb1Lm8Hc";

/// Frames are resolved in a thread of the runtime.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime can be built"));

/// Asserts that what development mode shows of an error with a hostile text has no secret of the
/// request, in any format, and no tag that the text has. It is called with `APP_ENV=development`.
///
/// Each zero byte of the text becomes the value that the client sent as its token. Inside a longer word
/// it would not be a value.
pub fn redaction(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parts: Vec<&str> = text.split('\0').collect();
    let is_inside_a_word =
        |pair: &[&str]| is_glue(pair[0].chars().last()) || is_glue(pair[1].chars().next());
    if parts.windows(2).any(is_inside_a_word) {
        return;
    }
    let text = text.replace('\0', SECRET);
    for accept in ["application/json", "text/html", "text/plain", "text/markdown"] {
        let answer = RUNTIME.block_on(Exchange::receive(failing_with(&text), request(accept)));
        assert_eq!(answer.status, 500);
        let body = answer.text();
        assert!(body.contains("fuzzed"), "APP_ENV is not development");
        assert!(!body.contains(SECRET), "{accept}: {body}");
        assert!(accept != "text/html" || !body.contains("<fuzz"), "{body}");
    }
}

fn is_glue(neighbor: Option<char>) -> bool {
    neighbor.is_some_and(|neighbor| neighbor.is_alphanumeric() || "_-.".contains(neighbor))
}

fn failing_with(text: &str) -> Router {
    let text = format!("fuzzed: {text}");
    let fail =
        move || async move { ApiError::internal_error().with_source(std::io::Error::other(text)) };
    Router::new().route("/", get(fail)).layer(ApiErrorLayer::new().development())
}

/// Returns a request from this machine to this machine.
fn request(accept: &'static str) -> Request {
    let mut request = Request::get(format!("/?token={SECRET}"))
        .header(header::HOST, "localhost:3000")
        .header(header::ACCEPT, accept)
        .header(header::AUTHORIZATION, format!("Bearer {SECRET}"))
        .header(header::COOKIE, format!("session={SECRET}"))
        .body(Body::empty())
        .expect("it is a request");
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(([127, 0, 0, 1], 50_000).into()));
    request
}
