//! Tests of streams and sockets whose errors after the head are problems.

mod ndjson;
mod socket;
mod sse;

use std::fmt;

use definable_errors::problem::{ErrorStatus, ProblemType, ProblemTypes, Types};
use definable_errors::{ApiError, IntoApiError};

/// A type that is retryable and has a wait of its own.
pub(crate) static BUSY: ProblemType =
    ProblemType::new("feed_busy", ErrorStatus::SERVICE_UNAVAILABLE, "Feed busy");

/// An error of a service's own, which is no `ApiError`.
#[derive(Debug)]
pub(crate) enum FeedError {
    Ended,
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the feed has ended")
    }
}

impl std::error::Error for FeedError {}

impl ProblemTypes for FeedError {
    const TYPES: Types = Types { own: &[&definable_errors::problem::GONE], others: &[] };
}

impl IntoApiError for FeedError {
    fn into_api_error(self) -> ApiError {
        ApiError::gone("The feed has ended.").with_note("from the feed")
    }
}
