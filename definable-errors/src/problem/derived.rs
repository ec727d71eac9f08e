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
    ProblemType::checked(code, ErrorStatus::from_static(status), title)
        .with_checked_members(members)
}

/// The built-in type of a status.
pub const fn usual(status: u16) -> &'static ProblemType {
    ErrorStatus::from_static(status).problem_type()
}

/// A type with a code of its own that says no more than the status's own type: for a 5xx.
pub const fn with_default_texts(
    code: &'static str,
    status: u16,
    members: &'static [&'static str],
) -> ProblemType {
    let usual = usual(status);
    checked(code, status, usual.title(), members).with_detail(usual.detail())
}

/// Asks the client to wait as long as the status's own type does.
pub const fn with_default_wait(problem_type: ProblemType) -> ProblemType {
    problem_type.with_usual_wait()
}

#[cfg(test)]
mod tests {
    use super::*;

    static PLAIN: ProblemType = with_default_texts("storage", 500, &[]);
    static BUSY: ProblemType = with_default_wait(checked("busy", 503, "Busy", &[]));

    #[test]
    fn the_usual_texts_are_those_of_the_status() {
        assert_eq!((PLAIN.code(), PLAIN.title()), ("storage", "Internal server error"));
        assert_eq!(BUSY.retry_after(), Some(5));
    }
}
