//! One call: attempts, each limited in time and let through by the circuit breaker, until one of
//! them is final.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::{Request, Response, Url};
use tower::retry::budget::Budget;

use super::UpstreamResponse;
use super::answer::{UpstreamMap, retry_after, transport_error};
use super::error::{Kind, UpstreamError, UpstreamRequestError};
use super::response::Receipt;
use super::service::{Audience, Inner, Throttle};
use super::{propagate, retry};
use crate::breaker::{CircuitState, Permit, Refusal};
use crate::context::RequestContext;
use crate::error::ApiError;
use crate::problem::{CIRCUIT_OPEN, DEADLINE_EXCEEDED, Problem, SERVICE_UNAVAILABLE};

/// The longest pause of all calls after a 429, whatever the service asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

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
        let wait = wanted.max(retry::backoff(self.attempts));
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
                let may_repeat = retry::is_passing(response.status(), response.headers())
                    && retry::is_repeatable(method, headers);
                may_repeat.then(|| retry_after(response.headers()).unwrap_or_default())
            }
            Err(Kind::Transport(error)) => {
                let may_repeat = !error.is_builder()
                    && (retry::is_unsent(error) || retry::is_repeatable(method, headers));
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
                propagate::add_ids(headers, context);
            }
            propagate::add_timeout(headers, left);
        }
        *request.timeout_mut() = Some(left);
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}

impl Inner {
    /// Counts the response for the circuit breaker. Returns the breaker's generation if it counts as
    /// a success, which its body can still change.
    fn judge(&self, response: &Response, permit: Permit) -> Option<u64> {
        let now = Instant::now();
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => {
                let wait = retry_after(response.headers());
                if let Some(wait) = wait.filter(|_| self.throttle == Throttle::AllCalls) {
                    permit.throttle(wait.min(LONGEST_PAUSE), now);
                }
                None
            }
            status if status.is_server_error() => {
                self.note_opened(permit.fail(now));
                None
            }
            _ => {
                let generation = permit.generation();
                self.note_opened(permit.succeed(now));
                Some(generation)
            }
        }
    }

    /// Whether a call would be let through after the wait, as far as is known now.
    fn is_open_to_calls_in(&self, wait: Duration, now: Instant) -> bool {
        match self.breaker.state(now) {
            CircuitState::Open { retry_after } | CircuitState::Throttled { retry_after } => {
                retry_after <= wait
            }
            CircuitState::Closed | CircuitState::HalfOpen => true,
        }
    }
}
