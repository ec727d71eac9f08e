use std::time::Duration;

use super::clock::nanoseconds;

/// How one client stands with one quota, after the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaStatus {
    remaining: u32,
    reset_after: u64,
    wait: u64,
    mark: u64,
}

impl QuotaStatus {
    /// The quota had enough.
    ///
    /// `remaining` is how many more requests would be admitted now; `reset_after` is the time until all
    /// that was used is there again.
    pub fn within(remaining: u32, reset_after: Duration) -> Self {
        Self::raw(remaining, nanoseconds(reset_after))
    }

    /// The quota had too little; after `wait` it would have enough for the same. A wait of zero is
    /// taken for the shortest there is.
    pub fn exceeded(remaining: u32, reset_after: Duration, wait: Duration) -> Self {
        Self::raw(remaining, nanoseconds(reset_after)).waiting(nanoseconds(wait))
    }

    /// What the store wants to know again when something is given back, such as when it was taken.
    pub const fn with_refund_token(mut self, mark: u64) -> Self {
        self.mark = mark;
        self
    }

    pub(super) const fn raw(remaining: u32, reset_after: u64) -> Self {
        Self { remaining, reset_after, wait: 0, mark: 0 }
    }

    pub(super) const fn waiting(mut self, wait: u64) -> Self {
        self.wait = if wait == 0 { 1 } else { wait };
        self
    }

    /// So much was given back.
    pub(super) const fn with_more(mut self, cost: u32) -> Self {
        self.remaining = self.remaining.saturating_add(cost);
        self
    }

    /// How many more requests would be admitted now.
    pub const fn remaining(&self) -> u32 {
        self.remaining
    }

    /// The time until all that was used is there again.
    pub const fn reset_after(&self) -> Duration {
        Duration::from_nanos(self.reset_after)
    }

    /// Whether the quota had too little.
    #[inline]
    pub const fn is_exceeded(&self) -> bool {
        self.wait > 0
    }

    /// The time until there would be enough; zero where there was.
    pub const fn wait(&self) -> Duration {
        Duration::from_nanos(self.wait)
    }

    /// What the store wanted to know again.
    pub const fn refund_token(&self) -> u64 {
        self.mark
    }

    pub(super) const fn reset_after_seconds(&self) -> u64 {
        seconds(self.reset_after)
    }

    pub(super) const fn wait_seconds(&self) -> u64 {
        seconds(self.wait)
    }
}

/// Converts to whole seconds, rounded up, of as many as `Retry-After` can have.
const fn seconds(nanoseconds: u64) -> u64 {
    let seconds = nanoseconds.div_ceil(1_000_000_000);
    if seconds < u32::MAX as u64 { seconds } else { u32::MAX as u64 }
}
