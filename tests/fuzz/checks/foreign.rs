//! Failed responses that are not ours keep their status, and reveal nothing.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use definable_errors::{ApiErrorLayer, Foreign5xx, Passthrough};
use http::{HeaderValue, Request, StatusCode, header};

use super::exchange::Exchange;

/// The content types of responses, of which the first byte of the rest chooses one.
const TYPES: [&str; 8] = [
    "",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/html",
    "application/json",
    "application/problem+json",
    "application/grpc",
    "application/octet-stream",
];

/// Asserts that a response that is none of ours passes the layer with its status and its headers, gets
/// what its status requires, and that an error of the service never shows its text.
///
/// The first three bytes are the status, the content type and the settings; the rest is the body.
pub fn foreign(bytes: &[u8]) {
    let Some((&[status, kind, settings], body)) = bytes.split_first_chunk() else { return };
    let status = StatusCode::from_u16(200 + u16::from(status) * 2 % 400).expect("it is a status");
    let sent = Sent { status, kind: kind.into(), settings, body: body.to_vec() };
    let answer = Exchange::send(sent.router(), Request::new(Body::empty()));
    sent.check(&answer);
}

#[derive(Clone)]
struct Sent {
    status: StatusCode,
    kind: usize,
    settings: u8,
    body: Vec<u8>,
}

impl Sent {
    fn router(&self) -> Router {
        let layer = if self.is_masked() {
            ApiErrorLayer::new().foreign_5xx(Foreign5xx::Mask)
        } else {
            ApiErrorLayer::new()
        };
        let sent = self.clone();
        Router::new().route("/", get(move || async move { sent.response() })).layer(layer)
    }

    fn response(self) -> Response {
        let is_passed_through = self.is_passed_through();
        let (status, content_type) = (self.status, self.content_type());
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert("x-own", HeaderValue::from_static("1"));
        headers.insert(header::SET_COOKIE, HeaderValue::from_static("a=1"));
        if !content_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if is_passed_through {
            response.extensions_mut().insert(Passthrough);
        }
        response
    }

    const fn content_type(&self) -> &'static str {
        TYPES[self.kind % TYPES.len()]
    }

    const fn is_masked(&self) -> bool {
        self.settings & 1 == 1
    }

    const fn is_passed_through(&self) -> bool {
        self.settings & 2 == 2
    }

    fn check(&self, answer: &Exchange) {
        assert!(answer.status == self.status || self.may_be_corrected(answer), "{}", answer.status);
        assert_eq!(answer.headers["x-own"], "1");
        assert_eq!(answer.headers[header::SET_COOKIE], "a=1");
        assert!(answer.headers.contains_key("x-request-id"));
        let is_error = self.status.is_client_error() || self.status.is_server_error();
        if !is_error || self.is_passed_through() {
            self.check_untouched(answer);
            return;
        }
        self.check_required_headers(answer);
        if answer.body == self.body {
            self.check_kept(answer);
        } else {
            answer.problem();
            self.check_hidden(answer);
        }
    }

    /// axum's extractors answer with these statuses, some of them with 400 where RFC 9110 has a better one.
    fn may_be_corrected(&self, answer: &Exchange) -> bool {
        matches!(self.status.as_u16(), 400 | 413 | 415 | 422) && answer.status.is_client_error()
    }

    fn check_untouched(&self, answer: &Exchange) {
        assert_eq!(answer.body, self.body);
        assert_eq!(answer.header(header::CONTENT_TYPE).unwrap_or_default(), self.content_type());
        assert!(!answer.headers.contains_key(header::CACHE_CONTROL));
    }

    fn check_required_headers(&self, answer: &Exchange) {
        if self.content_type() == "application/grpc" {
            return;
        }
        let has = |name| answer.headers.contains_key(name);
        match self.status.as_u16() {
            401 => assert!(has(header::WWW_AUTHENTICATE), "RFC 9110 §15.5.2"),
            429 => assert!(has(header::RETRY_AFTER), "RFC 6585 §4"),
            _ => {}
        }
    }

    /// A body that is kept has a format of its own.
    fn check_kept(&self, answer: &Exchange) {
        assert_eq!(answer.header(header::CONTENT_TYPE).unwrap_or_default(), self.content_type());
        let is_text =
            ["", "text/plain", "text/plain; charset=utf-8"].contains(&self.content_type());
        let is_small = self.body.len() <= 1024;
        assert!(!(is_text && is_small && self.status.is_server_error()), "a 5xx shows a text");
        let is_foreign_problem = self.content_type() == "application/problem+json";
        let may_be_kept = is_foreign_problem || self.content_type() == "application/grpc";
        let is_hidden = self.is_masked() && self.status.is_server_error();
        assert!(!is_hidden || may_be_kept, "a masked 5xx shows its body");
    }

    /// Nothing of the body of a 5xx is in the problem that replaces it.
    fn check_hidden(&self, answer: &Exchange) {
        let secret = b"hunter2";
        let has = |body: &[u8]| body.windows(secret.len()).any(|window| window == secret);
        assert!(!self.status.is_server_error() || !has(&answer.body), "{}", answer.text());
    }
}
