//! The extractors of forms and queries.

use std::any::type_name;

use axum::body::Body;
use axum::extract::{
    FromRequest, FromRequestParts, OptionalFromRequest, OptionalFromRequestParts, Request,
};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Method, Uri, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::content::{FORM, require_form};
use super::input::{BodyInput, PartsInput, from_body, from_optional_body, from_parts, input};
use super::pairs::is_utf_8;
use super::reading::optional_body;
use super::refusals::{BODY_TYPES, undecodable};
use super::source::Source;
use super::{PairLimit, pairs, reading, refusals};
use crate::error::ApiError;
use crate::problem::{BAD_REQUEST, MALFORMED_BODY, ProblemTypes, Types, VALIDATION_FAILED};

/// An extractor that deserializes the query into `T`, as `axum::extract::Query` does.
///
/// A name that occurs more than once fills a list. `Option<Query<T>>` is `None` if there is no
/// query. The [module](crate::extract) describes the answers to an invalid one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> Query<T> {
    /// Deserializes the query of `uri`.
    ///
    /// ```
    /// use definable_errors::extract::Query;
    /// use std::collections::HashMap;
    ///
    /// let uri = "https://example.com/?tag=a&tag=b".parse().unwrap();
    /// let Query(query) = Query::<HashMap<String, Vec<String>>>::try_from_uri(&uri)?;
    /// assert_eq!(query["tag"], ["a", "b"]);
    /// # Ok::<(), definable_errors::ApiError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns `bad_request` if the query is not UTF-8, `validation_failed` if it does not
    /// deserialize to `T`.
    pub fn try_from_uri(uri: &Uri) -> Result<Self, ApiError> {
        PairLimit::check_default(query_text(uri).as_bytes())?;
        match read(uri)? {
            Some(value) => Ok(Self(value)),
            None => source(uri).diagnose().map(Self),
        }
    }
}

input!(Query);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        from_parts(parts, state).await
    }
}

/// Returns `None` if there is no query, or an empty one.
impl<T, S> OptionalFromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, ApiError> {
        if query_text(&parts.uri).is_empty() {
            Ok(None)
        } else {
            from_parts(parts, state).await.map(Some)
        }
    }
}

impl<T: DeserializeOwned, S: Sync> PartsInput<S> for Query<T> {
    async fn read(parts: &mut Parts, _state: &S) -> Result<Option<T>, ApiError> {
        PairLimit::check(query_text(&parts.uri).as_bytes(), &parts.extensions)?;
        read(&parts.uri)
    }

    async fn source(parts: &mut Parts) -> Result<Source, ApiError> {
        Ok(source(&parts.uri))
    }
}

impl<T> ProblemTypes for Query<T> {
    const TYPES: Types =
        Types { own: &[&BAD_REQUEST, &MALFORMED_BODY, &VALIDATION_FAILED], others: &[] };
}

/// Returns the query of `uri`; it is empty if there is no `?`.
pub(super) fn query_text(uri: &Uri) -> &str {
    uri.query().unwrap_or_default()
}

fn require_utf_8(query: &str) -> Result<(), ApiError> {
    if is_utf_8(query.as_bytes()) { Ok(()) } else { Err(undecodable("The query is not UTF-8.")) }
}

fn read<T: DeserializeOwned>(uri: &Uri) -> Result<Option<T>, ApiError> {
    let query = query_text(uri);
    require_utf_8(query)?;
    Ok(pairs::read(query.as_bytes()))
}

fn source(uri: &Uri) -> Source {
    Source::Query(query_text(uri).to_owned())
}

/// An extractor that deserializes a form into `T`, and a response that serializes `T`, as
/// `axum::Form` does.
///
/// The form of a `GET` or a `HEAD` is its query, and violations then refer to the query. A name
/// that occurs more than once fills a list. A `%` that does not begin an escape is read literally,
/// as browsers do; a value that does not decode to UTF-8 is malformed. `Option<Form<T>>` is `None`
/// if there is no body, or no query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Form<T>(pub T);

/// A value that cannot be serialized is a 500 `internal_error`.
impl<T: Serialize> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        let text = match serde_html_form::to_string(&self.0) {
            Ok(text) => text,
            Err(error) => {
                return refusals::unserializable(type_name::<T>(), error).into_response();
            }
        };
        let mut response = Response::new(Body::from(text));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
        response
    }
}

input!(Form);

impl<T, S> FromRequest<S> for Form<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        from_body(request, state).await
    }
}

/// Returns `None` if there is no body, or no query.
impl<T, S> OptionalFromRequest<S> for Form<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        from_optional_body(request, state).await
    }
}

impl<T: DeserializeOwned, S: Sync> BodyInput<S> for Form<T> {
    async fn source(request: Request, _state: &S) -> Result<Source, ApiError> {
        if is_query(&request) {
            return of_query(&request);
        }
        require_form(&request)?;
        let (request, limit) = with_pair_limit(request);
        of_body(reading::whole(request).await?, limit)
    }

    async fn optional_source(request: Request, _state: &S) -> Result<Option<Source>, ApiError> {
        if is_query(&request) {
            let source = of_query(&request)?;
            return Ok(Some(source).filter(|_| !query_text(request.uri()).is_empty()));
        }
        let (request, limit) = with_pair_limit(request);
        let body = optional_body(request, require_form).await?;
        body.map(|bytes| of_body(bytes, limit)).transpose()
    }
}

impl<T> ProblemTypes for Form<T> {
    const TYPES: Types = Types { own: &[&BAD_REQUEST], others: &[BODY_TYPES] };
}

fn is_query(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

fn of_query(request: &Request) -> Result<Source, ApiError> {
    let query = query_text(request.uri());
    require_utf_8(query)?;
    PairLimit::check(query.as_bytes(), request.extensions())?;
    Ok(Source::Query(query.to_owned()))
}

/// Reads the limit first, because reading the body consumes the request.
fn with_pair_limit(request: Request) -> (Request, Option<PairLimit>) {
    let limit = request.extensions().get().copied();
    (request, limit)
}

fn of_body(bytes: Bytes, limit: Option<PairLimit>) -> Result<Source, ApiError> {
    limit.unwrap_or_default().check_text(&bytes)?;
    if is_utf_8(&bytes) {
        Ok(Source::Form(bytes))
    } else {
        Err(refusals::malformed("The form is not UTF-8."))
    }
}
