use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;

use crate::diagnosis::{Diagnosis, Origin, Tree};
use crate::error::ApiError;

/// What a client wrote, where it stood.
#[derive(Debug)]
#[doc(hidden)]
pub enum Source {
    Json(Bytes),
    Form(Bytes),
    Query(String),
    Path(Vec<(String, String)>),
    Header(HeaderMap),
}

impl Source {
    /// The good path: one pass, as cheap as serde makes it. `None` when something is wrong.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Json(bytes) => serde_json::from_slice(bytes).ok(),
            _ => None,
        }
    }

    /// The input as a tree, or what is malformed about it.
    pub(super) fn tree(&self) -> Result<Tree<'_>, ApiError> {
        match self {
            Self::Json(bytes) => {
                Tree::json(bytes).map_err(|error| ApiError::malformed_body(error.to_string()))
            }
            _ => Ok(Tree::pairs(Origin::Query, std::iter::empty::<(Cow<'_, str>, Cow<'_, str>)>())),
        }
    }
}

/// What a request with these mistakes is answered.
pub(super) fn refusal<T>(diagnosis: Diagnosis<'_, T>) -> ApiError {
    ApiError::validation_failed(diagnosis.violations)
}
