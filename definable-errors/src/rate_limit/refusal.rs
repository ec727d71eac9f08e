use http::{HeaderName, HeaderValue};
use serde_json::Value;
use std::time::Duration;

use super::{Decision, Quota};
use crate::error::ApiError;
use crate::problem::{ErrorStatus, List, Problem, ProblemType, RATE_LIMITED};

/// The problem type of the draft (draft-ietf-httpapi-ratelimit-headers-11 §5).
pub(super) static QUOTA_EXCEEDED: ProblemType =
    ProblemType::new("rate_limited", ErrorStatus::TOO_MANY_REQUESTS, "Quota exceeded")
        .with_uri("https://iana.org/assignments/http-problem-types#quota-exceeded")
        .with_detail(RATE_LIMITED.detail())
        .with_documentation(RATE_LIMITED.documentation());

/// Returns the name of the member that lists the quotas, in the spelling of the type.
fn member(problem_type: &ProblemType) -> &'static str {
    match problem_type.uri() {
        Some(_) => "violated-policies",
        None => "violated_policies",
    }
}

/// The problems of a limit without the wait, created once for each combination of exceeded quotas.
#[derive(Debug, Clone)]
pub(super) struct Refusals(Box<[Problem]>);

impl Refusals {
    pub(super) fn new(problem_type: &'static ProblemType, quotas: &[Quota]) -> Self {
        let some = 0..1 << quotas.len();
        Self(some.map(|exceeded| problem(problem_type, quotas, exceeded)).collect())
    }

    /// Creates the error that lists the exceeded quotas and the wait.
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
        // A store may have returned more statuses than there are quotas.
        let problem = &self.0[exceeded & (self.0.len() - 1)];
        let problem = problem.clone().with_retry_after(Duration::from_secs(wait));
        ApiError::unlocated(problem).with_known_headers(headers)
    }
}

/// Creates the problem for the quotas whose bits are set in `exceeded`.
fn problem(problem_type: &'static ProblemType, quotas: &[Quota], exceeded: usize) -> Problem {
    let is_exceeded = |at: usize| exceeded & (1 << at) != 0;
    let all = quotas.iter().enumerate();
    let names = all.filter(|(at, _)| is_exceeded(*at)).map(|(_, quota)| quota.name().into());
    Problem::new(problem_type).with_own_member(member(problem_type), Value::Array(names.collect()))
}
