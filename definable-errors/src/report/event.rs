use std::time::Duration;

use http::StatusCode;

use crate::error::ApiError;
use crate::occurrence::Occurrence;
use crate::problem::Level;

/// One failed request, for operators.
#[derive(Debug, Clone, Copy)]
pub struct ErrorEvent<'a> {
    error: &'a ApiError,
    occurrence: &'a Occurrence,
}

impl<'a> ErrorEvent<'a> {
    pub(crate) const fn new(error: &'a ApiError, occurrence: &'a Occurrence) -> Self {
        Self { error, occurrence }
    }

    /// What failed, both halves.
    pub const fn error(&self) -> &'a ApiError {
        self.error
    }

    /// The request and its ids.
    pub const fn occurrence(&self) -> &'a Occurrence {
        self.occurrence
    }

    /// The status that the client gets.
    pub fn status(&self) -> StatusCode {
        self.error.problem().status().into()
    }

    /// How loudly to tell.
    pub fn level(&self) -> Level {
        self.error.level()
    }

    /// The time since the arrival of the request.
    pub fn latency(&self) -> Duration {
        self.occurrence.elapsed()
    }
}
