use http::{HeaderName, HeaderValue};
use serde_json::Value;

use super::{Decision, Quota};
use crate::error::ApiError;
use crate::problem::{ErrorStatus, List, Problem, ProblemType, RATE_LIMITED};

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

/// What the problems of a limit tell, but for the wait: made once for whichever of its quotas are
/// exceeded.
#[derive(Debug, Clone)]
pub(super) struct Refusals(Box<[Problem]>);

impl Refusals {
    pub(super) fn new(problem_type: &'static ProblemType, quotas: &[Quota]) -> Self {
        let some = 0..1 << quotas.len();
        Self(some.map(|exceeded| problem(problem_type, quotas, exceeded)).collect())
    }

    /// Tells which quotas were exceeded and how long to wait.
    pub(super) fn of(
        &self,
        decision: &Decision,
        headers: List<(HeaderName, HeaderValue)>,
    ) -> ApiError {
        let (mut exceeded, mut wait) = (0, 1);
        for (at, status) in decision.statuses().iter().enumerate() {
            if status.is_exceeded() {
                exceeded |= 1 << at;
                wait = wait.max(status.wait_seconds());
            }
        }
        // A store may have said more than it was asked for.
        let problem = &self.0[exceeded & (self.0.len() - 1)];
        let problem = problem.clone().with_retry_after(u32::try_from(wait).unwrap_or(u32::MAX));
        ApiError::unlocated(problem).with_known_headers(headers)
    }
}

/// Each bit of `exceeded` is a quota.
fn problem(problem_type: &'static ProblemType, quotas: &[Quota], exceeded: usize) -> Problem {
    let is_exceeded = |at: usize| exceeded & (1 << at) != 0;
    let all = quotas.iter().enumerate();
    let names = all.filter(|(at, _)| is_exceeded(*at)).map(|(_, quota)| quota.name().into());
    Problem::new(problem_type).with_own_member(member(problem_type), Value::Array(names.collect()))
}
