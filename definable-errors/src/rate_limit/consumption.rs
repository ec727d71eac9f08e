use super::{Key, Quota};

/// What a store is asked: may this client have so much of each of these quotas?
#[derive(Debug, Clone, Copy)]
pub struct Consumption<'a> {
    key: Key,
    quotas: &'a [Quota],
    cost: u32,
}

impl<'a> Consumption<'a> {
    /// So much of each quota.
    pub const fn new(key: Key, quotas: &'a [Quota], cost: u32) -> Self {
        Self { key, quotas, cost }
    }

    /// Who asks.
    pub const fn key(&self) -> Key {
        self.key
    }

    /// What is counted, in the order in which the decision has its statuses. One at least,
    /// [`MAX_QUOTAS`](super::MAX_QUOTAS) at most, no two of one name.
    pub const fn quotas(&self) -> &'a [Quota] {
        self.quotas
    }

    /// How much, in requests.
    pub const fn cost(&self) -> u32 {
        self.cost
    }

    /// How much of this quota: what costs more than can ever be had at once takes all of it, or
    /// nobody could ever ask.
    pub fn cost_of(&self, quota: &Quota) -> u32 {
        self.cost.min(quota.capacity())
    }
}
