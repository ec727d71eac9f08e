//! JSON: the extractor and the response.

use std::any::type_name;

use axum::body::Body;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::content::require_json;
use super::input::{BodyInput, from_body, from_optional_body, input};
use super::reading::optional_body;
use super::refusals::BODY_TYPES;
use super::source::Source;
use super::{reading, refusals};
use crate::error::ApiError;
use crate::problem::{ProblemTypes, Types};

/// An extractor that deserializes a JSON body into `T`, and a response that serializes `T`, as
/// `axum::Json` does.
///
/// If a body does not deserialize to `T`, the answer reports everything that is wrong with it at
/// once; see the [module](crate::extract). `Option<Json<T>>` is `None` if there is no body. A body
/// that is not declared as JSON is a 415; [`AssumeJson`](super::AssumeJson) accepts a missing
/// declaration.
///
/// As a response, a value that cannot be serialized is a 500 `internal_error`: axum would send
/// serde's text, under the handler's status.
///
/// ```
/// use axum::response::IntoResponse;
/// use definable_errors::extract::Json;
/// use std::collections::HashMap;
///
/// let good = Json(HashMap::from([("qty", 1)])).into_response();
/// assert_eq!(good.status(), 200);
///
/// let bad = Json(HashMap::from([(vec![1], 1)])).into_response();
/// assert_eq!(bad.status(), 500);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Json<T> {
    /// Deserializes JSON that did not arrive as the body of a request.
    ///
    /// ```
    /// use definable_errors::extract::Json;
    ///
    /// let Json(quantities) = Json::<Vec<u8>>::from_bytes(b"[1, 2]")?;
    /// assert_eq!(quantities, [1, 2]);
    ///
    /// let error = Json::<Vec<u8>>::from_bytes(b"[1, 2").unwrap_err();
    /// assert_eq!(error.problem().code(), "malformed_body");
    /// # Ok::<(), definable_errors::ApiError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns `malformed_body` if `bytes` is not JSON, `validation_failed` if it does not
    /// deserialize to `T`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ApiError> {
        match serde_json::from_slice(bytes) {
            Ok(value) => Ok(Self(value)),
            Err(_) if bytes.is_empty() => Err(refusals::empty()),
            Err(_) => Source::Json(Bytes::copy_from_slice(bytes)).diagnose().map(Self),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut bytes = Vec::with_capacity(128);
        if let Err(error) = serde_json::to_writer(&mut bytes, &self.0) {
            return refusals::unserializable(type_name::<T>(), error).into_response();
        }
        let mut response = Response::new(Body::from(bytes));
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

input!(Json);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        from_body(request, state).await
    }
}

/// Returns `None` if there is no body.
impl<T, S> OptionalFromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        from_optional_body(request, state).await
    }
}

impl<T: DeserializeOwned, S: Sync> BodyInput<S> for Json<T> {
    async fn source(request: Request, _state: &S) -> Result<Source, ApiError> {
        require_json(&request)?;
        let bytes = reading::whole(request).await?;
        if bytes.is_empty() { Err(refusals::empty()) } else { Ok(Source::Json(bytes)) }
    }

    async fn optional_source(request: Request, _state: &S) -> Result<Option<Source>, ApiError> {
        Ok(optional_body(request, require_json).await?.map(Source::Json))
    }
}

impl<T> ProblemTypes for Json<T> {
    const TYPES: Types = BODY_TYPES;
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn an_error_names_no_line_of_the_library() {
        let response = Json(HashMap::from([(vec![1], 1)])).into_response();
        let error = response.extensions().get::<ApiError>().unwrap();
        assert_eq!(error.location(), None);
        assert!(error.downcast_ref::<serde_json::Error>().is_some());
        assert!(error.notes().any(|note| note.contains("HashMap")));
    }
}
