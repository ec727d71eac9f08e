//! What a failed answer of another service becomes.

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use reqwest::Response;

use super::error::{Call, Kind, UpstreamError};
use crate::error::{ApiError, retry_after as parsed};
use crate::problem::{
    INTERNAL_ERROR, Problem, ProblemType, ReceivedProblem, SERVICE_UNAVAILABLE, UPSTREAM_FAILED,
    UPSTREAM_TIMEOUT,
};
use crate::support::read_body;

/// The longest wait that is passed on to clients.
const MAX_WAIT: Duration = Duration::from_secs(3600);

/// How long the body of a failed answer is waited for: it can only explain what is known anyway.
const BODY_TIMEOUT: Duration = Duration::from_secs(2);

/// A map from failed answers of a service to problem types of your own, by code or by status.
///
/// What is not in it becomes what [the table](crate::upstream#what-a-failure-becomes) says. A code
/// is the member `code` of the problem that the service answered with. It takes precedence over the
/// status.
///
/// ```
/// use definable_errors::problem::{CONFLICT, NOT_FOUND};
/// use definable_errors::upstream::UpstreamMap;
/// use http::StatusCode;
///
/// let map = UpstreamMap::new()
///     .status(StatusCode::NOT_FOUND, &NOT_FOUND)
///     .code("card_declined", &CONFLICT);
/// # let _ = map;
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a map does nothing until it is passed on"]
pub struct UpstreamMap {
    codes: Vec<(Cow<'static, str>, &'static ProblemType)>,
    statuses: Vec<(StatusCode, &'static ProblemType)>,
}

impl UpstreamMap {
    /// Creates an empty map.
    pub const fn new() -> Self {
        Self { codes: Vec::new(), statuses: Vec::new() }
    }

    /// Answers with `problem_type` if the service answers with a problem that has this code.
    pub fn code(
        mut self,
        code: impl Into<Cow<'static, str>>,
        problem_type: &'static ProblemType,
    ) -> Self {
        self.codes.push((code.into(), problem_type));
        self
    }

    /// Answers with `problem_type` if the service answers with this status.
    pub fn status(mut self, status: StatusCode, problem_type: &'static ProblemType) -> Self {
        self.statuses.push((status, problem_type));
        self
    }

    /// Returns the problem type of an answer; the entry that was added last wins.
    fn find(&self, status: StatusCode, code: Option<&str>) -> Option<&'static ProblemType> {
        let by_code = self.codes.iter().rev().find(|(known, _)| Some(&**known) == code);
        let by_status = || self.statuses.iter().rev().find(|(known, _)| *known == status);
        by_code.map(|(_, found)| *found).or_else(|| by_status().map(|(_, found)| *found))
    }
}

/// Whether a status is a failure for a client that follows no redirect.
pub(super) fn is_failure(status: StatusCode) -> bool {
    !status.is_informational() && !status.is_success() && status != StatusCode::NOT_MODIFIED
}

/// Returns how long the service asks to wait, at most an hour (RFC 9110 §10.2.3).
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = parsed(headers.get(header::RETRY_AFTER)?)?;
    Some(Duration::from_secs(seconds.into()).min(MAX_WAIT))
}

/// Converts a failed answer; the first of the maps that knows it decides.
pub(super) async fn into_error(response: Response, call: Call, maps: &[&UpstreamMap]) -> ApiError {
    let status = response.status();
    let wait = retry_after(response.headers());
    let received = received(response).await;
    let code = received.as_ref().and_then(ReceivedProblem::code);
    let problem = match maps.iter().find_map(|map| map.find(status, code)) {
        Some(mapped) => Problem::new(mapped),
        None => Problem::new(usual(status)),
    };
    let problem = match wait {
        Some(wait) if problem.retry_after().is_some() => problem.with_retry_after(wait),
        _ => problem,
    };
    let kind = Kind::Status(status, received.map(Box::new));
    ApiError::unlocated(problem).with_source(UpstreamError::new(call, kind))
}

/// Converts an error of reqwest: there was no answer, or not all of it.
pub(super) fn transport_error(error: reqwest::Error, call: Call) -> ApiError {
    let problem_type = match error.status() {
        _ if error.is_builder() => &INTERNAL_ERROR,
        _ if error.is_timeout() => &UPSTREAM_TIMEOUT,
        Some(status) => usual(status),
        None => &UPSTREAM_FAILED,
    };
    let kind = Kind::Transport(error.without_url());
    ApiError::unlocated(Problem::new(problem_type)).with_source(UpstreamError::new(call, kind))
}

/// Returns the problem type of a failed answer that is not mapped.
fn usual(status: StatusCode) -> &'static ProblemType {
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => &SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT => &UPSTREAM_TIMEOUT,
        _ => &UPSTREAM_FAILED,
    }
}

/// Decodes the problem of an answer, or returns `None` if there is none, if it is too large, or if it
/// does not arrive in time.
async fn received(mut response: Response) -> Option<ReceivedProblem> {
    if !is_json(response.headers()) {
        return None;
    }
    let body = read_body(&mut response, ReceivedProblem::MAX_BYTES);
    let body = tokio::time::timeout(BODY_TIMEOUT, body).await.ok()?.ok()??;
    ReceivedProblem::from_slice(&body).ok()
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{CONFLICT, GONE, NOT_FOUND};

    #[test]
    fn code_takes_precedence_and_the_last_entry_wins() {
        let map = UpstreamMap::new()
            .status(StatusCode::NOT_FOUND, &CONFLICT)
            .status(StatusCode::NOT_FOUND, &NOT_FOUND)
            .code("moved", &GONE);
        let found = |status, code| map.find(status, code).map(ProblemType::code);
        assert_eq!(found(StatusCode::NOT_FOUND, None), Some("not_found"));
        assert_eq!(found(StatusCode::NOT_FOUND, Some("moved")), Some("gone"));
        assert_eq!(found(StatusCode::CONFLICT, Some("other")), None);
    }

    #[test]
    fn wait_is_a_number_or_a_date_of_an_hour_at_most() {
        let wait = |text: &str| {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers).map(|wait| wait.as_secs())
        };
        assert_eq!(wait("17"), Some(17));
        assert_eq!(wait("0"), Some(0));
        assert_eq!(wait("1000000000"), Some(3600));
        assert_eq!(wait("Fri, 31 Dec 9999 23:59:59 GMT"), Some(3600));
        assert_eq!(wait("Sun, 06 Nov 1994 08:49:37 GMT"), Some(1));
        assert_eq!(wait("Sunday, 06-Nov-94 08:49:37 GMT"), Some(1));
        assert_eq!(wait("Sun Nov  6 08:49:37 1994"), Some(1));
        assert_eq!((wait("soon"), wait("-1"), wait("1.5")), (None, None, None));
    }

    #[test]
    fn json_of_any_kind_is_decoded() {
        let is_json = |text: &str| {
            is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]))
        };
        for text in
            ["application/problem+json", "Application/JSON; charset=utf-8", "text/x.vendor+json"]
        {
            assert!(is_json(text), "{text}");
        }
        assert!(!is_json("text/html") && !is_json("application/xml; a=+json"));
    }
}
