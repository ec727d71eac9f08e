use std::any::type_name;
use std::ops::{Deref, DerefMut};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

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
