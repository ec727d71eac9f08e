//! Sends a request through a router, without a runtime.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use futures_util::FutureExt;
use http::header::{self, HeaderMap};
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Map, Value};
use tower::ServiceExt;

/// A response with its whole body.
pub(super) struct Exchange {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Exchange {
    /// Sends the request. Nothing in the router may wait for anything.
    pub(super) fn send(router: Router, request: Request) -> Self {
        Self::receive(router, request).now_or_never().expect("nothing waits")
    }

    /// Sends the request, and receives the whole response.
    pub(super) async fn receive(router: Router, request: Request) -> Self {
        let Ok(response) = router.oneshot(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body is whole");
        Self { status: parts.status, headers: parts.headers, body: body.to_bytes() }
    }

    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    /// Returns the members of a problem, after comparing it with the head of the response.
    pub(super) fn problem(&self) -> Map<String, Value> {
        assert_eq!(self.header(header::CONTENT_TYPE), Some("application/problem+json"));
        let body: Map<_, _> = serde_json::from_slice(&self.body).expect("it is an object");
        assert_eq!(body["status"], self.status.as_u16());
        assert!(body["code"].is_string() && body["detail"].is_string(), "{body:?}");
        body
    }
}

/// Returns a request for `/`, with a header if the bytes are the value of one.
pub(super) fn request_with(name: header::HeaderName, value: &[u8]) -> Option<Request> {
    let value = HeaderValue::from_bytes(value).ok()?;
    let request = Request::get("/").header(name, value).body(Body::empty());
    Some(request.expect("it is a request"))
}
