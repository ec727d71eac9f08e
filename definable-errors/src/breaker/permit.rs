//! The permission for one call.

use std::time::{Duration, Instant};

use super::Breaker;

/// The permission for one call. Its outcome is reported through it; if it is dropped without one, it
/// counts as nothing.
#[derive(Debug)]
#[must_use = "a permit that is dropped counts as a call that was cancelled"]
pub(crate) struct Permit {
    /// `None` as soon as the outcome is known.
    breaker: Option<Breaker>,
    generation: u64,
    started: Instant,
}

impl Permit {
    pub(super) const fn new(breaker: Breaker, generation: u64, started: Instant) -> Self {
        Self { breaker: Some(breaker), generation, started }
    }

    /// Returns the generation of the breaker in which the call began, for
    /// [`Breaker::fail_body`].
    pub(crate) const fn generation(&self) -> u64 {
        self.generation
    }

    /// Counts the call as a success as soon as the head of the response has arrived; it may have
    /// been slow. Returns for how long the breaker opens if that made it open.
    ///
    /// The body is not waited for: if successes were counted only after long bodies, and failures
    /// at once, a good service would look like a bad one.
    pub(crate) fn succeed(mut self, now: Instant) -> Option<Duration> {
        let latency = now.saturating_duration_since(self.started);
        self.breaker.take()?.succeed(self.generation, latency, now)
    }

    /// Counts the call as a failure. Returns for how long the breaker opens if that made it open.
    pub(crate) fn fail(mut self, now: Instant) -> Option<Duration> {
        self.breaker.take()?.fail(self.generation, now)
    }

    /// Stops all calls for the time that the service asked for. The call counts as nothing.
    pub(crate) fn throttle(self, wait: Duration, now: Instant) {
        if let Some(breaker) = &self.breaker {
            breaker.throttle(wait, now);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(breaker) = self.breaker.take() {
            breaker.give_back(self.generation);
        }
    }
}
