//! One call: attempts, each limited in time and let through by the circuit breaker, until one of
//! them is final.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use reqwest::{Request, Response, Url};
use retry_policies::policies::ExponentialBackoff;
use retry_policies::{Jitter, RetryDecision, RetryPolicy};
use tower::retry::budget::Budget;

use super::UpstreamResponse;
use super::answer::{UpstreamMap, retry_after, transport_error};
use super::error::{Kind, UpstreamError, UpstreamRequestError};
use super::response::Receipt;
use super::service::{Audience, Inner};
use crate::breaker::Refusal;
use crate::context::{RequestContext, X_REQUEST_ID, active_parent};
use crate::error::ApiError;
use crate::problem::{CIRCUIT_OPEN, DEADLINE_EXCEEDED, Problem, SERVICE_UNAVAILABLE};

/// No service can do anything in less.
const SHORTEST_TIME: Duration = Duration::from_millis(1);

/// The parts of a request. They are boxed, because they are moved through several futures.
pub(super) struct Parts {
    pub(super) upstream: Arc<Inner>,
    pub(super) context: Option<RequestContext>,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
    pub(super) total_timeout: Duration,
    pub(super) map: UpstreamMap,
    /// The first mistake.
    pub(super) mistake: Option<UpstreamRequestError>,
}

/// A call in progress.
pub(super) struct Exchange {
    parts: Box<Parts>,
    /// The end of the call, with all attempts. `None` if it is too far away for the clock.
    deadline: Option<Instant>,
    /// How many attempts were sent.
    attempts: u32,
}

/// The end of one attempt: a response, whatever its status, or the reason why there is none. With a
/// response that is not a failure of the service comes the breaker's generation, in case its body
/// breaks off.
type Attempt = Result<(Response, Option<u64>), Kind>;

impl Exchange {
    pub(super) const fn new(parts: Box<Parts>, deadline: Option<Instant>) -> Self {
        Self { parts, deadline, attempts: 0 }
    }

    pub(super) async fn run(mut self) -> Result<UpstreamResponse, ApiError> {
        loop {
            let attempt = self.attempt().await;
            let Some(wait) = self.wait_before_next(&attempt) else {
                return self.finish(attempt);
            };
            // A response that is not read keeps its connection.
            drop(attempt);
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&mut self) -> Attempt {
        let now = Instant::now();
        let left = self.time_left(now).ok_or(Kind::NoTimeLeft)?;
        let permit = self.parts.upstream.breaker.admit(now).map_err(|refusal| match refusal {
            Refusal::Open(wait) => Kind::CircuitOpen(wait),
            Refusal::Throttled(wait) => Kind::Throttled(wait),
        })?;
        // A call that is not sent allows no retries. A circuit that is open rejects many of them, and
        // a service that has just recovered must not get all those retries at once.
        if self.attempts == 0 {
            self.parts.upstream.budget.deposit();
        }
        self.attempts += 1;
        let request = self.parts.request(left);
        match self.parts.upstream.client.execute(request).await {
            Ok(response) => {
                let generation = self.parts.upstream.judge(&response, permit);
                Ok((response, generation))
            }
            Err(error) => {
                if !error.is_builder() {
                    self.parts.upstream.note_opened(permit.fail(Instant::now()));
                }
                Err(Kind::Transport(error))
            }
        }
    }

    /// Returns the time for one attempt, or `None` if it is not worth one.
    fn time_left(&self, now: Instant) -> Option<Duration> {
        let left = match self.deadline {
            Some(deadline) => deadline.saturating_duration_since(now),
            None => Duration::MAX,
        };
        let left = left.min(self.parts.upstream.attempt_timeout);
        (left >= SHORTEST_TIME).then_some(left)
    }

    /// Returns the time until the next attempt, or `None` if this one is final.
    fn wait_before_next(&self, attempt: &Attempt) -> Option<Duration> {
        let upstream = &self.parts.upstream;
        if self.attempts > upstream.retries {
            return None;
        }
        let wanted = self.wanted_wait(attempt)?;
        let wait = wanted.max(backoff(self.attempts));
        let now = Instant::now();
        let is_late = self.deadline.is_some_and(|deadline| {
            now.checked_add(wait + SHORTEST_TIME).is_none_or(|next| next >= deadline)
        });
        if is_late || !upstream.is_open_to_calls_in(wait, now) {
            return None;
        }
        upstream.budget.withdraw().then_some(wait)
    }

    /// Returns the wait that the service asks for, zero if it asks for none, or `None` if the
    /// request must not be sent again.
    fn wanted_wait(&self, attempt: &Attempt) -> Option<Duration> {
        let Parts { method, headers, .. } = &*self.parts;
        match attempt {
            Ok((response, _)) => {
                let may_repeat = is_passing(response.status(), response.headers())
                    && is_repeatable(method, headers);
                may_repeat.then(|| retry_after(response.headers()).unwrap_or_default())
            }
            Err(Kind::Transport(error)) => {
                let may_repeat =
                    !error.is_builder() && (is_unsent(error) || is_repeatable(method, headers));
                may_repeat.then_some(Duration::ZERO)
            }
            Err(_) => None,
        }
    }

    fn finish(self, attempt: Attempt) -> Result<UpstreamResponse, ApiError> {
        let Parts { upstream, method, url, .. } = *self.parts;
        let kind = match attempt {
            Ok((response, generation)) => {
                let receipt = Receipt::new(upstream, generation);
                return Ok(UpstreamResponse::new(response, receipt, method, self.attempts));
            }
            Err(kind) => kind,
        };
        let call = upstream.call(&method, &url, self.attempts);
        let problem = match kind {
            Kind::Transport(error) => return Err(transport_error(error, call)),
            Kind::CircuitOpen(wait) => Problem::new(&CIRCUIT_OPEN).with_retry_after(wait),
            Kind::Throttled(wait) => Problem::new(&SERVICE_UNAVAILABLE).with_retry_after(wait),
            _ => Problem::new(&DEADLINE_EXCEEDED),
        };
        Err(ApiError::unlocated(problem).with_source(UpstreamError::new(call, kind)))
    }
}

impl Parts {
    /// Returns the request of one attempt that has this much time.
    fn request(&self, left: Duration) -> Request {
        let mut request = Request::new(self.method.clone(), self.url.clone());
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        if self.upstream.audience == Audience::Internal {
            if let Some(context) = &self.context {
                headers.insert(X_REQUEST_ID, context.request_id_header());
            }
            add_trace(headers, self.context.as_ref());
            add_timeout(headers, left);
        }
        *request.timeout_mut() = Some(left);
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The time that the service has for its answer, in milliseconds; Envoy's name for it.
const EXPECTED_TIMEOUT: HeaderName = HeaderName::from_static("x-envoy-expected-rq-timeout-ms");

/// Adds the trace. The parent is the one that the call has, or an OpenTelemetry span that is active;
/// otherwise each attempt is a parent of its own in the trace of the request. A state belongs to its parent,
/// so one that the call has without a parent is not sent.
fn add_trace(headers: &mut HeaderMap, context: Option<&RequestContext>) {
    if headers.contains_key(TRACEPARENT) {
        return;
    }
    headers.remove(TRACESTATE);
    let of_request = |context: &RequestContext| {
        Some((context.trace_context()?.child(), context.trace_state().cloned()))
    };
    let Some((parent, state)) = active_parent().or_else(|| of_request(context?)) else { return };
    headers.insert(TRACEPARENT, parent);
    if let Some(state) = state {
        headers.insert(TRACESTATE, state);
    }
}

/// Adds the time that is left, in whole milliseconds.
fn add_timeout(headers: &mut HeaderMap, left: Duration) {
    let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    headers.insert(EXPECTED_TIMEOUT, millis.into());
}

/// The header that makes any request repeatable (draft-ietf-httpapi-idempotency-key-header).
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How often proxies in front of the service have tried already, in Envoy's responses.
const ATTEMPT_COUNT: HeaderName = HeaderName::from_static("x-envoy-attempt-count");

const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Whether the service can do the same request twice without harm: its method is idempotent (RFC
/// 9110 §9.2.2), or it has a key by which the service recognizes it.
fn is_repeatable(method: &Method, headers: &HeaderMap) -> bool {
    method.is_idempotent() || headers.contains_key(IDEMPOTENCY_KEY)
}

/// Whether the error proves that nothing of the request was sent: there was no connection.
fn is_unsent(error: &reqwest::Error) -> bool {
    error.is_connect()
}

/// Whether another attempt may get another answer. It may not if a proxy has tried again already.
fn is_passing(status: StatusCode, headers: &HeaderMap) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504) && attempts(headers) <= 1
}

fn attempts(headers: &HeaderMap) -> u32 {
    let count = headers.get(ATTEMPT_COUNT).and_then(|count| count.to_str().ok());
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// Returns the wait before the next attempt: a random part of a time that doubles, so that many
/// callers do not come back at once.
fn backoff(attempts: u32) -> Duration {
    let policy = ExponentialBackoff::builder()
        .retry_bounds(FIRST_WAIT, LONGEST_WAIT)
        .jitter(Jitter::Full)
        .base(2)
        .build_with_max_retries(u32::MAX);
    let now = SystemTime::now();
    match policy.should_retry(now, attempts.saturating_sub(1).min(30)) {
        RetryDecision::Retry { execute_after } => {
            execute_after.duration_since(now).unwrap_or_default().min(LONGEST_WAIT)
        }
        RetryDecision::DoNotRetry => LONGEST_WAIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_idempotent_methods_and_requests_with_a_key_are_repeatable() {
        let (none, mut key) = (HeaderMap::new(), HeaderMap::new());
        key.insert(IDEMPOTENCY_KEY, "\"8e03978e\"".parse().unwrap());
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
            assert!(is_repeatable(&method, &none), "{method}");
        }
        for method in [Method::POST, Method::PATCH] {
            assert!(!is_repeatable(&method, &none) && is_repeatable(&method, &key), "{method}");
        }
    }

    #[test]
    fn answer_that_was_already_tried_again_for_is_final() {
        let headers = |count: &str| HeaderMap::from_iter([(ATTEMPT_COUNT, count.parse().unwrap())]);
        let status = StatusCode::SERVICE_UNAVAILABLE;
        assert!(is_passing(status, &HeaderMap::new()));
        assert!(is_passing(status, &headers("1")) && is_passing(status, &headers("many")));
        assert!(!is_passing(status, &headers("2")));
        for status in [400, 404, 409, 500, 501] {
            assert!(!is_passing(StatusCode::from_u16(status).unwrap(), &HeaderMap::new()));
        }
    }

    #[test]
    fn wait_is_a_random_part_of_a_time_that_doubles() {
        for (attempts, most) in
            [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (u32::MAX, 1_000)]
        {
            let waits: Vec<_> = (0..200).map(|_| backoff(attempts)).collect();
            // The clock ticks between the two readings.
            let most = Duration::from_millis(most + 5);
            assert!(waits.iter().all(|wait| *wait <= most), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait > most / 2), "{attempts}: {waits:?}");
            assert!(waits.iter().any(|wait| *wait < most / 2), "{attempts}: {waits:?}");
        }
    }
}
