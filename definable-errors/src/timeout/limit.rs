use std::time::{Duration, Instant};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Version, header};

use super::reading::Reading;
use crate::error::ApiError;
use crate::problem::{DEADLINE_EXCEEDED, Problem, REQUEST_TIMEOUT};

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// When it is too late, and what is needed to say whose fault that was.
pub(super) struct Limit {
    pub(super) at: Instant,
    pub(super) after: Duration,
    pub(super) reading: Reading,
    pub(super) version: Version,
}

impl Limit {
    /// The client's fault only when the handler waited for it, and ours otherwise.
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
        // The rest of the body may still come and is no request (RFC 9110 §15.5.9). HTTP/2 resets
        // the stream and knows no such header.
        if self.version < Version::HTTP_2 {
            response.headers_mut().insert(header::CONNECTION, CLOSE);
        }
        response
    }
}
