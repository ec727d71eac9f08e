//! What a careful team writes for its service: one middleware accepts the ids of the request or creates
//! one, sets the header, writes the body of an error with both ids, and logs each error. It omits
//! `instance`, `Vary`, `Cache-Control` and `X-Content-Type-Options`, copies the trace id without checking
//! it, catches no panic, and knows only its own errors.

use std::hint::black_box;

use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;
use uuid::Uuid;

use super::{CODE, TITLE, TYPE};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

#[derive(Debug, thiserror::Error)]
pub(crate) enum OrderError {
    #[error("order {id} does not exist")]
    NotFound { id: u64 },
}

pub(crate) async fn handler() -> Result<&'static str, OrderError> {
    Err(OrderError::NotFound { id: black_box(42) })
}

impl IntoResponse for OrderError {
    /// Leaves the body to the middleware, which knows the ids.
    fn into_response(self) -> Response {
        let detail = self.to_string();
        let Self::NotFound { id } = self;
        let failure = Failure { r#type: TYPE, title: TITLE, detail, code: CODE, order_id: id };
        let mut response = StatusCode::NOT_FOUND.into_response();
        response.extensions_mut().insert(failure);
        response
    }
}

#[derive(Clone, Serialize)]
struct Failure {
    r#type: &'static str,
    title: &'static str,
    detail: String,
    code: &'static str,
    order_id: u64,
}

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(flatten)]
    failure: &'a Failure,
    status: u16,
    request_id: &'a str,
    trace_id: Option<&'a str>,
}

pub(crate) fn layered(router: Router) -> Router {
    router.layer(middleware::from_fn(identify))
}

async fn identify(request: Request, next: Next) -> Response {
    let request_id = request_id(request.headers());
    let traceparent = request.headers().get("traceparent").cloned();
    let mut response = next.run(request).await;
    let status = response.status();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        let text = |value: &'_ HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let trace_id = traceparent.as_ref().map(text);
        let problem = Problem {
            failure: &failure,
            status: status.as_u16(),
            request_id: request_id.to_str().unwrap_or_default(),
            trace_id: trace_id.as_deref().and_then(|traceparent| traceparent.get(3..35)),
        };
        tracing::debug!(status = status.as_u16(), ?request_id, code = failure.code, "failed");
        response = (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], Json(problem)).into_response();
    }
    response.headers_mut().insert(X_REQUEST_ID, request_id);
    response
}

/// Returns the id of the request if it has 1 to 128 bytes and consists of ASCII letters, digits and
/// hyphens, or a new one.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let is_clean = |id: &&HeaderValue| {
        let bytes = id.as_bytes();
        (1..=128).contains(&bytes.len())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    headers.get(X_REQUEST_ID).filter(is_clean).cloned().unwrap_or_else(|| {
        let id = Uuid::new_v4().to_string();
        HeaderValue::try_from(id).expect("a UUID is a valid header value")
    })
}
