//! What all calls to one service share: the connections, the settings, the budget, the breaker.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use http::{HeaderMap, Method, StatusCode};
use reqwest::{Client, Response, Url};
use tower::retry::budget::TpsBudget;

use super::answer::{UpstreamMap, retry_after};
use super::error::Call;
use crate::breaker::{Breaker, CircuitState, Permit};
use crate::support::redact_url;

/// The longest pause of all calls after a 429, whatever the service asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The shared half of an [`Upstream`](super::Upstream).
pub(super) struct Inner {
    pub(super) name: Cow<'static, str>,
    /// It has no query, and its path does not end in a slash.
    pub(super) base: Url,
    pub(super) audience: Audience,
    pub(super) client: Client,
    pub(super) headers: HeaderMap,
    pub(super) attempt_timeout: Duration,
    pub(super) total_timeout: Duration,
    pub(super) retries: u32,
    pub(super) budget: TpsBudget,
    pub(super) breaker: Breaker,
    pub(super) throttle: Throttle,
    pub(super) map: UpstreamMap,
    pub(super) max_body: usize,
}

/// Whose service it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// A service of the same organization: it gets ids, trace and deadline.
    Internal,
    /// A service of others: it gets none of them.
    External,
}

/// Whether a 429 with `Retry-After` stops all calls, or only the one that it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Throttle {
    AllCalls,
    OneCall,
}

impl Inner {
    /// Returns the description of a call for operators.
    pub(super) fn call(&self, method: &Method, url: &Url, attempts: u32) -> Call {
        let target = format!("{method} {}", redact_url(url.as_str()));
        Call { name: self.name.clone(), target: Some(target), attempts }
    }

    /// Logs that an outcome made the circuit open.
    pub(super) fn note_opened(&self, opened: Option<Duration>) {
        if let Some(time) = opened {
            log_opened(&self.name, time);
        }
    }

    /// Counts the response for the circuit breaker. Returns the breaker's generation if it counts as
    /// a success, which its body can still change.
    pub(super) fn judge(&self, response: &Response, permit: Permit) -> Option<u64> {
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
    pub(super) fn is_open_to_calls_in(&self, wait: Duration, now: Instant) -> bool {
        match self.breaker.state(now) {
            CircuitState::Open { retry_after } | CircuitState::Throttled { retry_after } => {
                retry_after <= wait
            }
            CircuitState::Closed | CircuitState::HalfOpen => true,
        }
    }
}

/// Logs that the circuit of a service has opened. It is logged once for each time that it opens.
#[cfg(feature = "tracing")]
fn log_opened(upstream: &str, time: Duration) {
    let seconds = time.as_secs_f64();
    tracing::warn!(target: "definable_errors", upstream, seconds, "circuit opened");
}

#[cfg(not(feature = "tracing"))]
const fn log_opened(_: &str, _: Duration) {}
