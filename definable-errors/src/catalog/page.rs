//! The pages, each as a response in the representation that the client prefers.

use std::fmt;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use super::entry::{CatalogEntry, Listing};
use super::{html, json, markdown};
use crate::error::{ApiError, IntoApiError};
use crate::problem::{NOT_FOUND, ProblemTypes, Types};
use crate::render::{MediaType, negotiate};

/// The headers and the body of a page; as a response, it is a 200.
pub type CatalogPage = (HeaderMap, Bytes);

/// Writes the list of problem types in the representation that the client prefers.
pub(super) fn list(listing: &Listing, request: &HeaderMap) -> CatalogPage {
    let media_type = preferred(request);
    let body = match media_type {
        MediaType::Html => html::list(listing),
        MediaType::Markdown | MediaType::Text => markdown::list(listing),
        _ => json::list(&listing.entries),
    };
    page(media_type, body)
}

/// Writes the page of one problem type in the representation that the client prefers.
pub(super) fn explain(entry: &CatalogEntry, path: &str, request: &HeaderMap) -> CatalogPage {
    let media_type = preferred(request);
    let body = match media_type {
        MediaType::Html => html::page(entry, path),
        MediaType::Markdown | MediaType::Text => markdown::page(entry),
        _ => json::page(entry),
    };
    page(media_type, body)
}

/// Returns the representation that the client prefers.
fn preferred(request: &HeaderMap) -> MediaType {
    let ranges: Vec<_> =
        request.get_all(ACCEPT).iter().filter_map(|ranges| ranges.to_str().ok()).collect();
    negotiate(&ranges.join(","))
}

fn page(media_type: MediaType, body: String) -> CatalogPage {
    let content_type = match media_type {
        MediaType::Html | MediaType::Markdown | MediaType::Text => media_type.content_type(),
        _ => HeaderValue::from_static("application/json"),
    };
    let mut headers = HeaderMap::from_iter([
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (VARY, HeaderValue::from_static("accept")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]);
    if media_type == MediaType::Html {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(html::POLICY));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    (headers, body.into())
}

/// The error for a code that no problem type of the service has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownCodeError;

impl fmt::Display for UnknownCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no problem type has this code")
    }
}

impl std::error::Error for UnknownCodeError {}

impl ProblemTypes for UnknownCodeError {
    const TYPES: Types = Types { own: &[&NOT_FOUND], others: &[] };
}

impl IntoApiError for UnknownCodeError {
    fn into_api_error(self) -> ApiError {
        ApiError::new(&NOT_FOUND).with_detail("No problem type has this code.")
    }
}

impl IntoResponse for UnknownCodeError {
    fn into_response(self) -> Response {
        self.into_api_error().into_response()
    }
}
