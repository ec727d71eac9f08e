//! What generated code builds a problem type with; the rest are the public `with_…` of
//! [`ProblemType`].

use super::{ErrorStatus, ProblemType};

/// A type whose code, title and members the derive has checked.
pub const fn checked(
    code: &'static str,
    status: u16,
    title: &'static str,
    members: &'static [&'static str],
) -> ProblemType {
    ProblemType::checked(code, ErrorStatus::constant(status), title).with_checked_members(members)
}

/// The built-in type of a status.
pub const fn usual(status: u16) -> &'static ProblemType {
    ErrorStatus::constant(status).problem_type()
}

/// A type with a code of its own that says no more than the status's own type: for a 5xx.
pub const fn saying_as_usual(
    code: &'static str,
    status: u16,
    members: &'static [&'static str],
) -> ProblemType {
    let usual = usual(status);
    checked(code, status, usual.title(), members).with_detail(usual.detail())
}

/// Asks the client to wait as long as the status's own type does.
pub const fn waiting_as_usual(problem_type: ProblemType) -> ProblemType {
    problem_type.with_usual_wait()
}

#[cfg(test)]
mod tests {
    use super::*;

    static PLAIN: ProblemType = saying_as_usual("storage", 500, &[]);
    static BUSY: ProblemType = waiting_as_usual(checked("busy", 503, "Busy", &[]));

    #[test]
    fn the_usual_texts_are_those_of_the_status() {
        assert_eq!((PLAIN.code(), PLAIN.title()), ("storage", "Internal server error"));
        assert_eq!(BUSY.retry_after(), Some(5));
    }
}
