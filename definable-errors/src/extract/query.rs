use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::Uri;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::PairLimit;
use super::input::{PartsInput, from_parts};
use super::pairs;
use super::refusals::undecodable;
use super::source::Source;
use super::utf8::is_utf_8;
use super::wrapper::input;
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
        PairLimit::check_default(text(uri).as_bytes())?;
        match read(uri)? {
            Some(value) => Ok(Self(value)),
            None => source(uri).look_again().map(Self),
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
        match text(&parts.uri).is_empty() {
            true => Ok(None),
            false => from_parts(parts, state).await.map(Some),
        }
    }
}

impl<T: DeserializeOwned, S: Sync> PartsInput<S> for Query<T> {
    async fn read(parts: &mut Parts, _state: &S) -> Result<Option<T>, ApiError> {
        PairLimit::check(text(&parts.uri).as_bytes(), &parts.extensions)?;
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
pub(super) fn text(uri: &Uri) -> &str {
    uri.query().unwrap_or_default()
}

pub(super) fn require_utf_8(query: &str) -> Result<(), ApiError> {
    match is_utf_8(query.as_bytes()) {
        true => Ok(()),
        false => Err(undecodable("The query is not UTF-8.")),
    }
}

fn read<T: DeserializeOwned>(uri: &Uri) -> Result<Option<T>, ApiError> {
    let query = text(uri);
    require_utf_8(query)?;
    Ok(pairs::read(query.as_bytes()))
}

fn source(uri: &Uri) -> Source {
    Source::Query(text(uri).to_owned())
}
