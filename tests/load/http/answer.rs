//! The outcome of a request, and when it was due.

use std::time::Duration;

use http::{Response, header};

/// The outcome of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    /// The index of the request.
    pub(crate) number: u64,
    /// When the request was due, and when it was answered, since the beginning.
    pub(crate) due: Duration,
    pub(crate) done: Duration,
    /// The status, or zero without a response.
    pub(crate) status: u16,
    /// Whether the response is a problem with a `Retry-After`.
    pub(crate) is_patient: bool,
}

impl Answer {
    pub(crate) fn new<B>(
        number: u64,
        [due, done]: [Duration; 2],
        response: Option<&Response<B>>,
    ) -> Self {
        let status = response.map_or(0, |response| response.status().as_u16());
        Self { number, due, done, status, is_patient: response.is_some_and(is_patient) }
    }

    /// Returns the latency since the request was due: one that could not even be sent is late, too.
    pub(crate) fn latency(&self) -> Duration {
        self.done.saturating_sub(self.due)
    }

    /// Returns whether there was no response at all, or one that blames the service.
    pub(crate) const fn is_failure(&self) -> bool {
        self.status == 0 || self.status >= 500
    }
}

fn is_patient<B>(response: &Response<B>) -> bool {
    let headers = response.headers();
    let wait = headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    let is_wait = wait.is_some_and(|wait| wait.parse::<u64>().is_ok_and(|wait| wait > 0));
    let media_type = headers.get(header::CONTENT_TYPE);
    is_wait && media_type.is_some_and(|media_type| media_type == "application/problem+json")
}
