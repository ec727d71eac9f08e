//! The smallest code that does the job.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tower::util::MapResponseLayer;

use super::{CODE, TITLE, TYPE};

pub(crate) enum OrderError {
    NotFound { id: u64 },
}

impl IntoResponse for OrderError {
    fn into_response(self) -> Response {
        let Self::NotFound { id } = self;
        let mut body = String::with_capacity(256);
        let _ = write!(
            body,
            r#"{{"type":"{TYPE}","title":"{TITLE}","status":404,"detail":"order {id} does not exist","code":"{CODE}","order_id":{id}}}"#
        );
        problem(StatusCode::NOT_FOUND, body)
    }
}

pub(crate) async fn handler() -> Result<&'static str, OrderError> {
    Err(OrderError::NotFound { id: black_box(42) })
}

/// Sets fallbacks that respond with constants.
pub(crate) fn fallbacks(router: Router) -> Router {
    let not_found = r#"{"type":"/problems/route_not_found","title":"Route not found","status":404,"detail":"No route matched","code":"route_not_found"}"#;
    let not_allowed = r#"{"type":"/problems/method_not_allowed","title":"Method not allowed","status":405,"detail":"Method not allowed","code":"method_not_allowed"}"#;
    router
        .fallback(async move || problem(StatusCode::NOT_FOUND, not_found))
        .method_not_allowed_fallback(async move || {
            problem(StatusCode::METHOD_NOT_ALLOWED, not_allowed)
        })
}

fn problem(status: StatusCode, body: impl IntoResponse) -> Response {
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

type SetId = fn(Response) -> Response;

/// Adds a number as the id, since most of the cost is the header.
pub(crate) fn id_layer() -> MapResponseLayer<SetId> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
    MapResponseLayer::new(|mut response| {
        let id = HeaderValue::from(NEXT.fetch_add(1, Ordering::Relaxed));
        response.headers_mut().insert(X_REQUEST_ID, id);
        response
    })
}
