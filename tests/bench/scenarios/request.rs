//! The requests that the scenarios send.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};

pub(super) const REQUEST_ID: &str = "9f86d081-884c-4d65-9a2f-eaa0c55ad015";
pub(super) const ORIGIN: &str = "https://app.example.com";
pub(super) const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACE: HeaderName = HeaderName::from_static("traceparent");

pub(super) fn plain() -> Request<Body> {
    request(Method::GET, "/orders")
}

pub(super) fn with_ids() -> Request<Body> {
    identified(plain())
}

pub(super) fn unknown_route() -> Request<Body> {
    identified(request(Method::GET, "/unknown"))
}

pub(super) fn wrong_method() -> Request<Body> {
    identified(request(Method::DELETE, "/orders"))
}

/// Returns the preflight that a browser sends before a page's JSON request with a token.
pub(super) fn preflight() -> Request<Body> {
    let mut request = request(Method::OPTIONS, "/orders");
    let fields = [
        (header::ORIGIN, ORIGIN),
        (header::ACCESS_CONTROL_REQUEST_METHOD, "POST"),
        (header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type"),
    ];
    let fields = fields.map(|(name, value)| (name, HeaderValue::from_static(value)));
    request.headers_mut().extend(fields);
    request
}

pub(super) fn get(path: &'static str) -> Request<Body> {
    request(Method::GET, path)
}

pub(super) fn sign_up(body: &'static str) -> Request<Body> {
    posting("application/json", body)
}

/// Does the same as [`sign_up`], with both ids in the request.
pub(super) fn sign_up_with_ids(body: &'static str) -> Request<Body> {
    identified(sign_up(body))
}

pub(super) fn form(body: &'static str) -> Request<Body> {
    posting("application/x-www-form-urlencoded", body)
}

fn posting(content_type: &'static str, body: &'static str) -> Request<Body> {
    let mut request = request(Method::POST, "/sign-ups");
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    *request.body_mut() = Body::from(body);
    request
}

fn request(method: Method, path: &'static str) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = Uri::from_static(path);
    request
}

fn identified(mut request: Request<Body>) -> Request<Body> {
    let headers = request.headers_mut();
    headers.insert(X_REQUEST_ID, HeaderValue::from_static(REQUEST_ID));
    headers.insert(TRACE, HeaderValue::from_static(TRACEPARENT));
    request
}
