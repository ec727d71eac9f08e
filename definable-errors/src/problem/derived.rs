//! What generated code builds a problem type with; the rest are the public `with_…` of
//! [`ProblemType`].

use super::{ErrorStatus, ProblemType};

/// A type with a code of its own that says no more than the status's own type: for a 5xx.
pub const fn saying_as_usual(code: &'static str, status: ErrorStatus) -> ProblemType {
    let usual = status.problem_type();
    ProblemType::new(code, status, usual.title()).with_detail(usual.detail())
}

/// Asks the client to wait as long as the status's own type does.
pub const fn waiting_as_usual(problem_type: ProblemType) -> ProblemType {
    match problem_type.status().problem_type().retry_after() {
        Some(seconds) => problem_type.with_retry_after(seconds),
        None => problem_type,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PLAIN: ProblemType = saying_as_usual("storage", ErrorStatus::INTERNAL_SERVER_ERROR);
    static BUSY: ProblemType =
        waiting_as_usual(ProblemType::new("busy", ErrorStatus::SERVICE_UNAVAILABLE, "Busy"));

    #[test]
    fn the_usual_texts_are_those_of_the_status() {
        assert_eq!((PLAIN.code(), PLAIN.title()), ("storage", "Internal server error"));
        assert_eq!(BUSY.retry_after(), Some(5));
    }
}
