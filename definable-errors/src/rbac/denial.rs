//! Denials as errors: the client receives what it needs, the private half has the reasons.

use super::{Decision, MembershipStatus, Rights, Rule};
use crate::error::{ApiError, Challenge, Explanation};
use crate::problem::{
    INSUFFICIENT_PERMISSIONS, INSUFFICIENT_ROLE, INSUFFICIENT_SCOPE, INTERNAL_ERROR,
    MEMBERSHIP_PENDING, MEMBERSHIP_SUSPENDED, NOT_A_MEMBER, Problem,
};

use super::Missing;

/// Rejects callers whose rights do not meet the rule.
pub(super) fn require(rights: Rights<'_>, rule: Rule) -> Result<(), ApiError> {
    match rights.decide(rule) {
        Decision::Allow { .. } => Ok(()),
        Decision::Deny { missing, checks } => {
            let explanation = Explanation::new(&missing, &checks);
            let is_permission = |missing: &Missing| matches!(missing, Missing::Permission(_));
            let error = match missing.iter().any(is_permission) {
                true => insufficient_permissions(&rule.required()),
                false => ApiError::unlocated(Problem::new(&INSUFFICIENT_ROLE)),
            };
            Err(error.with_source(explanation))
        }
    }
}

fn insufficient_permissions(required: &str) -> ApiError {
    ApiError::unlocated(Problem::new(&INSUFFICIENT_PERMISSIONS))
        .with_detail(format!("Access denied. Required: {required}"))
        .with_member("required", required)
}

/// Creates a 403 whose challenge names the scope that this request needs.
pub(super) fn insufficient_scope(challenge: Challenge, scope: &str, missing: &str) -> ApiError {
    let challenge = challenge
        .with_param("error", "insufficient_scope")
        .and_then(|challenge| challenge.with_scope(scope))
        .expect("a scope is checked while compiling");
    let check = format!("the token was not issued for {missing}");
    ApiError::unlocated(Problem::new(&INSUFFICIENT_SCOPE))
        .with_challenge(challenge)
        .with_source(Explanation::new(&[missing], &[check]))
}

/// Creates the error for a membership that is not active. One that was deleted and one that never
/// existed are the same to the client.
pub(super) fn not_counting(status: Option<MembershipStatus>) -> ApiError {
    let problem_type = match status {
        Some(MembershipStatus::Suspended) => &MEMBERSHIP_SUSPENDED,
        Some(MembershipStatus::Invited) => &MEMBERSHIP_PENDING,
        _ => &NOT_A_MEMBER,
    };
    let check = match status {
        Some(status) => format!("the status of the membership is {}", status.as_str()),
        None => "there is no membership".to_owned(),
    };
    ApiError::unlocated(Problem::new(problem_type))
        .with_source(Explanation::new(&["active membership"], &[check]))
}

/// Converts any error of a store into a fault of the service: never a 403, and never a 404 either.
pub(super) fn store_failed(error: ApiError) -> ApiError {
    match error.problem().status().is_server_error() {
        true => error,
        false => ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
            .with_note("the store of memberships failed")
            .with_source(error),
    }
}
