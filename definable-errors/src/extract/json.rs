use std::any::type_name;
use std::ops::{Deref, DerefMut};

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::input::{BodyInput, Input, sealed::Sealed};
use super::source::{Source, refusal};
use crate::diagnosis::diagnose;
use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, Problem};

/// A JSON response, as `axum::Json` is one.
///
/// A value that cannot be serialized is a 500 `internal_error`: axum would send serde's text, under
/// the handler's status.
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

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut bytes = Vec::with_capacity(128);
        if let Err(error) = serde_json::to_writer(&mut bytes, &self.0) {
            return unserializable::<T>(error).into_response();
        }
        let mut response = Response::new(Body::from(bytes));
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}

/// Without a location: the only line it could name is this library's.
fn unserializable<T>(error: serde_json::Error) -> ApiError {
    ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
        .with_source(error)
        .with_note(format!("{} could not be serialized", type_name::<T>()))
}

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let source = <Self as BodyInput<S>>::source(request, state).await?;
        match source.read() {
            Some(value) => Ok(Self(value)),
            None => Err(refusal(diagnose::<T>(&source.tree()?))),
        }
    }
}

impl<T> Sealed for Json<T> {}

impl<T: DeserializeOwned> Input for Json<T> {
    type Value = T;

    fn from_value(value: T) -> Self {
        Self(value)
    }

    fn value(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned, S: Sync> BodyInput<S> for Json<T> {
    async fn source(request: Request, _state: &S) -> Result<Source, ApiError> {
        let bytes = axum::body::to_bytes(request.into_body(), 2_097_152).await;
        Ok(Source::Json(bytes.map_err(|_| ApiError::payload_too_large(2_097_152))?))
    }

    async fn optional_source(request: Request, state: &S) -> Result<Option<Source>, ApiError> {
        match request.headers().contains_key(header::CONTENT_TYPE) {
            true => <Self as BodyInput<S>>::source(request, state).await.map(Some),
            false => Ok(None),
        }
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
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
