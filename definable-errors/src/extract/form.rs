use std::any::type_name;

use axum::body::Body;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, Method, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::content::{FORM, require_form};
use super::input::{BodyInput, from_body, from_optional_body};
use super::optional::optional_body;
use super::refusals::{self, BODY_TYPES};
use super::source::Source;
use super::utf8::is_utf_8;
use super::wrapper::input;
use super::{PairLimit, query, reading};
use crate::error::ApiError;
use crate::problem::{BAD_REQUEST, ProblemTypes, Types};

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
            return Ok(Some(source).filter(|_| !query::text(request.uri()).is_empty()));
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
    let query = query::text(request.uri());
    query::require_utf_8(query)?;
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
    match is_utf_8(&bytes) {
        true => Ok(Source::Form(bytes)),
        false => Err(refusals::malformed("The form is not UTF-8.")),
    }
}
