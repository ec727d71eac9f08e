use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::{Decision, Quota};
use crate::error::ApiError;
use crate::problem::{ErrorStatus, Problem, ProblemType, RATE_LIMITED};

/// The draft's own type (draft-ietf-httpapi-ratelimit-headers-11 §5).
pub(super) static QUOTA_EXCEEDED: ProblemType =
    ProblemType::new("rate_limited", ErrorStatus::TOO_MANY_REQUESTS, "Quota exceeded")
        .with_uri("https://iana.org/assignments/http-problem-types#quota-exceeded")
        .with_detail(RATE_LIMITED.detail())
        .with_documentation(RATE_LIMITED.documentation());

/// The member that names the quotas, in the spelling of the type.
fn member(problem_type: &ProblemType) -> &'static str {
    match problem_type.uri() {
        Some(_) => "violated-policies",
        None => "violated_policies",
    }
}

/// Tells which quotas were exceeded and how long to wait.
pub(super) fn refusal(
    problem_type: &'static ProblemType,
    quotas: &[Quota],
    decision: &Decision,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> ApiError {
    let exceeded = || {
        let all = quotas.iter().zip(decision.standings());
        all.filter(|(_, standing)| standing.is_exceeded())
    };
    let wait = exceeded().map(|(_, standing)| standing.wait_seconds()).max().unwrap_or(1);
    let names = exceeded().map(|(quota, _)| Value::from(quota.name())).collect();
    let problem = Problem::new(problem_type)
        .with_retry_after(u32::try_from(wait).unwrap_or(u32::MAX))
        .with_own_member(member(problem_type), Value::Array(names));
    ApiError::unlocated(problem).with_known_headers(headers)
}
