//! The documentation of the service: an OpenAPI document, and a page to browse it.

mod document;
mod page;
mod schema;

use std::fmt;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Html;
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiErrorLayer, Mode};
use http::HeaderName;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use utoipa::OpenApi;

pub(crate) use self::document::describe;
use crate::AppState;

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new().get("/openapi.json", document).get("/docs", page)
}

/// The operations of the documentation.
#[derive(OpenApi)]
#[openapi(paths(document, page))]
pub(crate) struct Operations;

/// The document and the page, written once when the service starts.
#[derive(Clone)]
pub struct Documents {
    json: Bytes,
    page: Bytes,
    policy: HeaderValue,
}

impl Documents {
    /// Writes the documents of a service with this layer.
    pub fn new(mode: Mode, errors: &ApiErrorLayer) -> Self {
        let (document, _) = describe(&crate::routes(mode), mode, errors);
        let document = serde_json::to_value(document).expect("a document is JSON");
        let json = serde_json::to_vec(&document).expect("a document is JSON").into();
        Self { json, page: page::html(&document).into(), policy: page::policy() }
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").finish_non_exhaustive()
    }
}

type Headers<const N: usize> = [(HeaderName, HeaderValue); N];

/// Returns this document.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "openapi_document", tag = "Service",
    responses((status = 200, description = "An OpenAPI 3.1 document.", body = Object)),
)]
async fn document(_: Public, State(documents): State<Documents>) -> (Headers<3>, Bytes) {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, documents.json)
}

/// Returns a page to browse this document.
#[utoipa::path(
    get, path = "/docs", operation_id = "documentation", tag = "Service",
    responses((status = 200, description = "A page.", content_type = "text/html", body = String)),
)]
async fn page(_: Public, State(documents): State<Documents>) -> (Headers<4>, Html<Bytes>) {
    let headers = [
        (CONTENT_SECURITY_POLICY, documents.policy),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Html(documents.page))
}
