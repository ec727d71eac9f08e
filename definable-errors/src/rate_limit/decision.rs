//! A decision of a store about one request: what it is asked, what it decides, and how each quota
//! stands.

use std::time::Duration;

use super::clock::nanoseconds;
use super::{Key, MAX_QUOTAS, Quota};
use crate::error::ApiError;

/// A request to a store: the cost that a client wants to take from each of these quotas.
#[derive(Debug, Clone, Copy)]
pub struct Consumption<'a> {
    key: Key,
    quotas: &'a [Quota],
    cost: u32,
}

impl<'a> Consumption<'a> {
    /// Creates a request to take `cost` from each of the `quotas`.
    pub const fn new(key: Key, quotas: &'a [Quota], cost: u32) -> Self {
        Self { key, quotas, cost }
    }

    /// Returns the key of the client.
    pub const fn key(&self) -> Key {
        self.key
    }

    /// Returns the quotas to count, in the order in which the decision has its statuses. There is
    /// at least one and there are at most [`MAX_QUOTAS`](super::MAX_QUOTAS), and no two have the
    /// same name.
    pub const fn quotas(&self) -> &'a [Quota] {
        self.quotas
    }

    /// Returns the cost, in requests.
    pub const fn cost(&self) -> u32 {
        self.cost
    }

    /// Returns the cost for this quota. A cost over the quota's capacity is cut to the whole
    /// capacity, because such a request could never be admitted otherwise.
    pub fn cost_of(&self, quota: &Quota) -> u32 {
        self.cost.min(quota.capacity())
    }
}

/// The outcome of [`consume`](super::QuotaStore::consume), which a store returns immediately.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a store that wraps another has to pass on every outcome"
)]
pub enum ConsumeOutcome {
    /// The store has decided.
    Decided(Decision),
    /// The store cannot decide, and clients are to be rejected with this error: a 503 with
    /// `Retry-After`, such as [`ApiError::overloaded`].
    Failed(ApiError),
    /// The decision takes time: call [`consume_deferred`](super::QuotaStore::consume_deferred).
    Deferred,
}

/// The decision of a store: the status of the client for each quota.
///
/// The client is admitted if every quota had enough left; only then is anything taken.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::{Decision, QuotaStatus};
///
/// let second = Duration::from_secs(1);
/// let enough = QuotaStatus::within(9, second);
/// let too_little = QuotaStatus::exceeded(0, second, second);
/// assert!(Decision::new([enough]).is_admitted());
/// assert!(!Decision::new([enough, too_little]).is_admitted());
/// assert!(Decision::unmetered().is_admitted());
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Decision(Statuses);

/// Most limits have one quota. The decision is moved about with every request, so it is kept small.
#[derive(Debug, Clone)]
enum Statuses {
    None,
    One([QuotaStatus; 1]),
    Several(Box<[QuotaStatus]>),
}

impl Decision {
    /// Creates a decision from statuses, in the order of the quotas in the
    /// [`Consumption`](super::Consumption). Statuses beyond [`MAX_QUOTAS`] are dropped.
    pub fn new(statuses: impl IntoIterator<Item = QuotaStatus>) -> Self {
        let mut statuses = statuses.into_iter().take(MAX_QUOTAS);
        let Some(first) = statuses.next() else { return Self::unmetered() };
        let Some(second) = statuses.next() else { return Self::one(first) };
        Self(Statuses::Several([first, second].into_iter().chain(statuses).collect()))
    }

    pub(super) const fn one(status: QuotaStatus) -> Self {
        Self(Statuses::One([status]))
    }

    /// Admits the client without counting it, as a store does that fails open. No rate limit
    /// headers are written.
    pub const fn unmetered() -> Self {
        Self(Statuses::None)
    }

    /// Returns whether every quota had enough left.
    #[inline]
    pub fn is_admitted(&self) -> bool {
        match &self.0 {
            Statuses::None => true,
            Statuses::One([one]) => !one.is_exceeded(),
            Statuses::Several(several) => !several.iter().any(QuotaStatus::is_exceeded),
        }
    }

    /// Returns the statuses, in the order of the quotas in the [`Consumption`](super::Consumption).
    pub fn statuses(&self) -> &[QuotaStatus] {
        match &self.0 {
            Statuses::None => &[],
            Statuses::One(one) => one,
            Statuses::Several(several) => several,
        }
    }

    pub(super) fn statuses_mut(&mut self) -> &mut [QuotaStatus] {
        match &mut self.0 {
            Statuses::None => &mut [],
            Statuses::One(one) => one,
            Statuses::Several(several) => several,
        }
    }
}

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
