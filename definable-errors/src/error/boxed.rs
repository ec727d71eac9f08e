//! Errors of any type, as the middleware of tower returns them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{ApiError, BodyError, BoxError, Chain};
use crate::problem::{
    DEADLINE_EXCEEDED, INTERNAL_ERROR, OVERLOADED, PAYLOAD_TOO_LARGE, Problem, ProblemType,
    REQUEST_TIMEOUT, SERVICE_UNAVAILABLE,
};

/// Converts an error of tower's or tower-http's middleware into an [`ApiError`].
///
/// A timeout becomes `deadline_exceeded`, load shedding `overloaded`, a closed buffer
/// `service_unavailable`, a body over its limit `payload_too_large`, a body that stalls
/// `request_timeout`; an `ApiError`, also among the causes, stays unchanged; any other error
/// becomes an `internal_error`. The error itself is kept for operators.
///
/// [`ApiErrorLayer`](crate::ApiErrorLayer) does this for every service inside it. With axum's
/// `HandleErrorLayer`:
///
/// ```
/// use definable_errors::handle_box_error;
/// # async fn example() {
/// let error = handle_box_error("the disk is full".into()).await;
/// assert_eq!(error.problem().code(), "internal_error");
/// # }
/// // ServiceBuilder::new().layer(HandleErrorLayer::new(handle_box_error)).load_shed()
/// ```
pub fn handle_box_error(error: BoxError) -> std::future::Ready<ApiError> {
    std::future::ready(from_box(error))
}

/// Converts an error of any type; see [`handle_box_error`].
pub(crate) fn from_box(error: BoxError) -> ApiError {
    match error.downcast::<ApiError>() {
        Ok(error) => *error,
        Err(error) => classified(error),
    }
}

fn classified(error: BoxError) -> ApiError {
    let chain = || Chain::new(Some(&*error));
    if let Some(inner) = chain().find_map(|cause| cause.downcast_ref::<ApiError>()) {
        return inner.clone();
    }
    // An error that panics while it is formatted counts as unknown.
    let recognized = || chain().find_map(|cause| known(&cause.to_string()));
    let problem_type = catch_unwind(AssertUnwindSafe(recognized)).ok().flatten();
    let problem = Problem::new(problem_type.unwrap_or(&INTERNAL_ERROR));
    ApiError::unlocated(problem).with_boxed_source(error, "tower::BoxError")
}

/// Recognizes tower's error types by their texts: these have been the same since its first release,
/// while the types differ between its versions.
fn known(text: &str) -> Option<&'static ProblemType> {
    Some(match text {
        "request timed out" => &DEADLINE_EXCEEDED,
        "service overloaded" => &OVERLOADED,
        "buffer's worker closed unexpectedly" => &SERVICE_UNAVAILABLE,
        _ => match BodyError::from_text(text)? {
            BodyError::TooLarge => &PAYLOAD_TOO_LARGE,
            BodyError::Stalled => &REQUEST_TIMEOUT,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towers_errors_are_known_by_their_texts() {
        for (text, code) in [
            ("request timed out", "deadline_exceeded"),
            ("service overloaded", "overloaded"),
            ("buffer's worker closed unexpectedly", "service_unavailable"),
            ("length limit exceeded", "payload_too_large"),
            ("data was not received within the designated timeout", "request_timeout"),
            ("request timed out: canary", "internal_error"),
        ] {
            let error = from_box(text.into());
            assert_eq!((error.problem().code(), error.chain().to_string()), (code, text.into()));
        }
    }
}
