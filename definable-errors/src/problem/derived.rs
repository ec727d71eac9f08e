//! Functions with which generated code builds a problem type; it also uses the public `with_…` of
//! [`ProblemType`].

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{ErrorStatus, JsonType, MemberSchema, ProblemType, ReceivedProblem, type_for_status};

/// Creates a type whose code, title and members the derive has checked.
#[track_caller]
pub const fn checked(
    code: &'static str,
    status: u16,
    title: &'static str,
    members: &'static [MemberSchema],
) -> ProblemType {
    ProblemType::checked(code, ErrorStatus::from_static(status), title).with_members(members)
}

/// Declares a member whose name the derive has checked. A derived error always sends it.
pub const fn declared_member(name: &'static str, json_type: JsonType) -> MemberSchema {
    MemberSchema::checked(name, json_type).required()
}

/// Decodes an extension member of a received problem. A missing one counts as `null`.
pub fn received_member<T: DeserializeOwned>(problem: &ReceivedProblem, name: &str) -> Option<T> {
    T::deserialize(problem.member(name).unwrap_or(&Value::Null)).ok()
}

/// Returns the built-in type of a status.
pub const fn usual(status: u16) -> &'static ProblemType {
    type_for_status(ErrorStatus::from_static(status))
}

/// Creates a type with its own code and the texts of the status's built-in type, for a 5xx.
#[track_caller]
pub const fn with_default_texts(
    code: &'static str,
    status: u16,
    members: &'static [MemberSchema],
) -> ProblemType {
    let usual = usual(status);
    checked(code, status, usual.title(), members).with_detail(usual.detail())
}

/// Sets the same wait as the status's built-in type.
pub const fn with_default_wait(problem_type: ProblemType) -> ProblemType {
    problem_type.with_usual_wait()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    static PLAIN: ProblemType = with_default_texts("storage", 500, &[]);
    static BUSY: ProblemType = with_default_wait(checked("busy", 503, "Busy", &[]));

    #[test]
    fn the_usual_texts_are_those_of_the_status() {
        assert_eq!((PLAIN.code(), PLAIN.title()), ("storage", "Internal server error"));
        assert_eq!(BUSY.retry_after(), Some(Duration::from_secs(5)));
    }

    #[test]
    fn missing_member_counts_as_null() {
        let problem = ReceivedProblem::from_slice(br#"{"balance":30}"#).unwrap();
        assert_eq!(received_member::<u32>(&problem, "balance"), Some(30));
        assert_eq!(received_member::<String>(&problem, "balance"), None);
        assert_eq!(received_member::<Option<u32>>(&problem, "limit"), Some(None));
        assert_eq!(received_member::<u32>(&problem, "limit"), None);
    }
}
