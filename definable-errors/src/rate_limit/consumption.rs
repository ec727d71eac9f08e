use super::{Decision, Key, Quota};
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
