//! The pages: a router, and each page as a response in the representation that the client prefers.

use std::fmt;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use super::{Catalog, html, json, markdown};
use crate::error::{ApiError, IntoApiError};
use crate::problem::{NOT_FOUND, ProblemTypes, Types};
use crate::render::{MediaType, negotiate};

/// The headers and the body of a page; as a response, it is a 200.
pub type CatalogPage = (HeaderMap, Bytes);

impl Catalog {
    /// Returns the page that lists all problem types, as HTML, Markdown or JSON: whichever the `Accept`
    /// header of the request prefers (RFC 9110 §12.5.1). The default is JSON.
    pub fn list_page(&self, request: &HeaderMap) -> CatalogPage {
        let media_type = preferred(request);
        let body = match media_type {
            MediaType::Html => html::list(self),
            MediaType::Markdown | MediaType::Text => markdown::list(self),
            _ => json::list(self),
        };
        page(media_type, body)
    }

    /// Returns the page of one problem type, in the same representations as
    /// [`list_page`](Self::list_page).
    ///
    /// ```
    /// use definable_errors::catalog::Catalog;
    /// use http::{HeaderMap, HeaderValue, header::ACCEPT};
    ///
    /// let request = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/markdown"))]);
    /// let (headers, body) = Catalog::new().page("not_found", &request)?;
    /// assert_eq!(headers["content-type"], "text/markdown; charset=utf-8");
    /// assert!(body.starts_with(b"# Not found\n"));
    /// # Ok::<_, definable_errors::catalog::UnknownCodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error, which is a 404 `not_found` to clients, if no problem type has the code.
    pub fn page(&self, code: &str, request: &HeaderMap) -> Result<CatalogPage, UnknownCodeError> {
        let entry = self.get(code).ok_or(UnknownCodeError)?;
        let media_type = preferred(request);
        let body = match media_type {
            MediaType::Html => html::page(self, &entry),
            MediaType::Markdown | MediaType::Text => markdown::page(&entry),
            _ => json::page(&entry),
        };
        Ok(page(media_type, body))
    }

    /// Converts the catalog into a router for the pages: the list below the path of the problem base,
    /// such as `/problems`, and the page of each problem type below that, such as
    /// `/problems/not_found`.
    ///
    /// ```
    /// use axum::Router;
    /// use definable_errors::ApiErrorLayer;
    /// use definable_errors::catalog::Catalog;
    ///
    /// let errors = ApiErrorLayer::new().problem_base("https://api.example.com/problems/");
    /// let catalog = Catalog::new().with_layer(&errors);
    /// let app: Router = Router::new().merge(catalog.into_router()).layer(errors);
    /// # let _ = app;
    /// ```
    ///
    /// A `GuardedRouter` gets it by `raw`, or by two handlers that call
    /// [`list_page`](Self::list_page) and [`page`](Self::page).
    pub fn into_router<S: Clone + Send + Sync + 'static>(self) -> Router<S> {
        let path = self.page_path().to_owned();
        let (catalog, same) = (self.clone(), self.clone());
        let list = async move |request: HeaderMap| catalog.list_page(&request);
        let same = async move |request: HeaderMap| same.list_page(&request);
        let page =
            async move |Path(code): Path<String>, request: HeaderMap| self.page(&code, &request);
        // A base may have segments that start with a colon; axum checks for a syntax of its past.
        let router = Router::new().without_v07_checks();
        let router = match &*path {
            "" => router,
            path => router.route(path, get(same)),
        };
        router.route(&format!("{path}/"), get(list)).route(&format!("{path}/{{code}}"), get(page))
    }
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
