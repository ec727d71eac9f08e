use std::time::Duration;

use super::clock::nanoseconds;

/// The status of one client for one quota, after the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaStatus {
    remaining: u32,
    reset_after: u64,
    wait: u64,
    refund_token: u64,
}

impl QuotaStatus {
    /// Creates a status for a quota that had enough left.
    ///
    /// `remaining` is the number of further requests that would be admitted now; `reset_after` is
    /// the time until everything that was used is available again.
    pub fn within(remaining: u32, reset_after: Duration) -> Self {
        Self::raw(remaining, nanoseconds(reset_after))
    }

    /// Creates a status for a quota that had too little left; after `wait` it would have enough for
    /// the same cost. A `wait` of zero is replaced by the shortest possible wait.
    pub fn exceeded(remaining: u32, reset_after: Duration, wait: Duration) -> Self {
        Self::raw(remaining, nanoseconds(reset_after)).waiting(nanoseconds(wait))
    }

    /// Sets the token that the store needs for a refund, such as the time of the consumption.
    #[must_use]
    pub const fn with_refund_token(mut self, token: u64) -> Self {
        self.refund_token = token;
        self
    }

    pub(super) const fn raw(remaining: u32, reset_after: u64) -> Self {
        Self { remaining, reset_after, wait: 0, refund_token: 0 }
    }

    pub(super) const fn waiting(mut self, wait: u64) -> Self {
        self.wait = if wait == 0 { 1 } else { wait };
        self
    }

    /// Adds a refunded cost to the remaining requests.
    pub(super) const fn with_more(mut self, cost: u32) -> Self {
        self.remaining = self.remaining.saturating_add(cost);
        self
    }

    /// Returns the number of further requests that would be admitted now.
    pub const fn remaining(&self) -> u32 {
        self.remaining
    }

    /// Returns the time until everything that was used is available again.
    pub const fn reset_after(&self) -> Duration {
        Duration::from_nanos(self.reset_after)
    }

    /// Returns whether the quota had too little left.
    #[inline]
    pub const fn is_exceeded(&self) -> bool {
        self.wait > 0
    }

    /// Returns the time until there would be enough; zero if there was enough.
    pub const fn wait(&self) -> Duration {
        Duration::from_nanos(self.wait)
    }

    /// Returns the token that the store needs for a refund.
    pub const fn refund_token(&self) -> u64 {
        self.refund_token
    }

    pub(super) const fn reset_after_seconds(&self) -> u64 {
        seconds(self.reset_after)
    }

    pub(super) const fn wait_seconds(&self) -> u64 {
        seconds(self.wait)
    }
}

/// Converts to whole seconds, rounded up, at most as many as `Retry-After` can carry.
const fn seconds(nanoseconds: u64) -> u64 {
    let seconds = nanoseconds.div_ceil(1_000_000_000);
    if seconds < u32::MAX as u64 { seconds } else { u32::MAX as u64 }
}
