use std::any::type_name;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use super::refusals::unserializable;
use crate::error::ApiError;
use crate::respond::{Enclosed, Piece};

/// The answer to a batch: 207 Multi-Status (RFC 4918 §11.1), with the outcome of every item.
///
/// ```json
/// {"results": [{"status": 201, "order": {…}}, {"status": 409, "problem": {"type": …}}]}
/// ```
///
/// A value that cannot be serialized becomes the problem `internal_error` at its position.
#[derive(Debug)]
#[must_use]
pub struct BatchAnswer<T> {
    status: StatusCode,
    member: &'static str,
    items: Vec<Result<T, ApiError>>,
}

impl<T> BatchAnswer<T> {
    /// Creates an answer from the `status` of successful items and the member name for their
    /// values.
    pub const fn new(
        status: StatusCode,
        member: &'static str,
        items: Vec<Result<T, ApiError>>,
    ) -> Self {
        Self { status, member, items }
    }
}

impl<T: Serialize> BatchAnswer<T> {
    /// Splits the body into pieces: the problems are serialized last, by the code that knows how.
    fn pieces(self) -> Vec<Piece> {
        let head = format!("\"status\":{},{:?}:", self.status.as_u16(), self.member);
        let mut pieces = vec![Piece::Text(b"{\"results\":[".to_vec())];
        for (index, item) in self.items.into_iter().enumerate() {
            let start = if index == 0 { "{" } else { ",{" };
            pieces.push(Piece::Text(start.into()));
            pieces.push(match item.and_then(|value| written(&head, &value)) {
                Ok(text) => Piece::Text(text),
                Err(error) => Piece::Error { index, error },
            });
            pieces.push(Piece::Text(b"}".to_vec()));
        }
        pieces.push(Piece::Text(b"]}".to_vec()));
        pieces
    }
}

fn written<T: Serialize>(head: &str, value: &T) -> Result<Vec<u8>, ApiError> {
    let mut text = head.as_bytes().to_vec();
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => Ok(text),
        Err(error) => Err(unserializable(type_name::<T>(), error)),
    }
}

impl<T: Serialize> IntoResponse for BatchAnswer<T> {
    fn into_response(self) -> Response {
        Enclosed::new(self.pieces()).into_response(StatusCode::MULTI_STATUS)
    }
}
