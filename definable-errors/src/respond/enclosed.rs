//! Bodies that contain problems without being one, as the answer to a batch does.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::body::{DEFAULT_BASE, LazyBody};
use crate::error::ApiError;
use crate::render::{Document, json};

/// The maximum number of violations that all problems of such a body have together.
#[cfg(feature = "extract")]
pub(crate) const MAX_VIOLATIONS: usize = 1_000;

/// A body that is not a problem itself but contains some, which the layer serializes with its
/// settings.
#[derive(Debug, Clone)]
pub(crate) struct Enclosed(Arc<[Piece]>);

/// A piece of such a body.
#[derive(Debug)]
#[cfg_attr(not(feature = "extract"), expect(dead_code, reason = "only batches enclose problems"))]
pub(crate) enum Piece {
    /// JSON that is already serialized.
    Text(Vec<u8>),
    /// The status and the problem of the item `index`: two members of an object.
    Error { index: usize, error: ApiError },
}

#[cfg_attr(not(feature = "extract"), expect(dead_code, reason = "only batches enclose problems"))]
impl Enclosed {
    pub(crate) fn new(mut pieces: Vec<Piece>) -> Self {
        keep_violations(&mut pieces);
        Self(pieces.into())
    }

    /// Returns the problems inside, with the indices of their items.
    pub(crate) fn errors(&self) -> impl Iterator<Item = (usize, &ApiError)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Error { index, error } => Some((*index, error)),
            Piece::Text(_) => None,
        })
    }

    /// Writes the body. `apply` applies the settings to every problem, which has no ids of its own.
    pub(crate) fn write(&self, base: &str, apply: impl Fn(&ApiError) -> ApiError) -> Bytes {
        let mut bytes = Vec::new();
        for piece in self.0.iter() {
            match piece {
                Piece::Text(text) => bytes.extend_from_slice(text),
                Piece::Error { error, .. } => write_problem(&mut bytes, base, &apply(error)),
            }
        }
        bytes.into()
    }

    /// Makes a response that is also correct without a layer.
    pub(crate) fn into_response(self, status: StatusCode) -> Response {
        let body = self.clone();
        let lazy = LazyBody::new(move || body.write(DEFAULT_BASE, ApiError::clone));
        let mut response = Response::new(Body::new(lazy));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response.extensions_mut().insert(self);
        response
    }
}

/// Cuts violations that exceed the maximum for all problems of a body together.
#[cfg(feature = "extract")]
fn keep_violations(pieces: &mut [Piece]) {
    let mut room = MAX_VIOLATIONS;
    for piece in pieces {
        let Piece::Error { error, .. } = piece else { continue };
        let count = error.problem().violations().len();
        if count > room {
            let cut = error.clone().map_problem(|problem| problem.keep_violations(room));
            *error = cut;
        }
        room -= count.min(room);
    }
}

#[cfg(not(feature = "extract"))]
const fn keep_violations(_: &mut [Piece]) {}

fn write_problem(bytes: &mut Vec<u8>, base: &str, error: &ApiError) {
    let problem = error.problem();
    bytes.extend_from_slice(b"\"status\":");
    bytes.extend_from_slice(itoa::Buffer::new().format(problem.status().as_u16()).as_bytes());
    bytes.extend_from_slice(b",\"problem\":");
    bytes.extend_from_slice(&json(&Document { problem, base, ids: None, more: &[] }));
}
