use std::time::{Duration, Instant};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Version, header};

use super::reading::Reading;
use crate::error::ApiError;
use crate::problem::{DEADLINE_EXCEEDED, Problem, REQUEST_TIMEOUT};

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// The deadline of a request, and what is needed to decide whether the client or the handler was
/// slow.
pub(super) struct Limit {
    pub(super) at: Instant,
    pub(super) after: Duration,
    pub(super) reading: Reading,
    pub(super) version: Version,
}

impl Limit {
    /// Returns a 408 only if the handler was waiting for the client, and a 503 otherwise.
    pub(super) fn answer(&self) -> Response {
        match self.reading.is_waiting() {
            true => self.client_was_slow(),
            false => self.handler_was_slow(),
        }
    }

    fn handler_was_slow(&self) -> Response {
        ApiError::unlocated(Problem::new(&DEADLINE_EXCEEDED))
            .with_note(format!("no answer after {:?}", self.after))
            .into_response()
    }

    fn client_was_slow(&self) -> Response {
        let error = ApiError::unlocated(Problem::new(&REQUEST_TIMEOUT))
            .with_note(format!("waited for the body for too long: {:?} are over", self.after));
        let mut response = error.into_response();
        // The rest of the body may still come and is not a request (RFC 9110 §15.5.9). HTTP/2
        // resets the stream and has no such header.
        if self.version < Version::HTTP_2 {
            response.headers_mut().insert(header::CONNECTION, CLOSE);
        }
        response
    }
}
