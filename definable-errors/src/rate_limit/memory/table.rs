use std::sync::OnceLock;

use super::entry_guard::EntryGuard;
use super::rates::Rates;
use super::windows::Windows;
use crate::rate_limit::{Algorithm, Key, Quota, QuotaStatus};

/// The table of one quota, and those that were opened after it. Tables are never removed, so
/// finding one needs no lock.
#[derive(Debug)]
pub(super) struct Table {
    quota: Quota,
    /// The position of the table; several tables are locked in this order.
    pub(super) order: usize,
    entries: Entries,
    pub(super) next: OnceLock<Box<Self>>,
}

#[derive(Debug)]
enum Entries {
    Rates(Rates),
    Windows(Windows),
}

impl Table {
    pub(super) fn new(quota: &Quota, order: usize, capacity: usize) -> Self {
        let entries = match quota.algorithm() {
            Algorithm::Gcra { .. } => Entries::Rates(Rates::new(quota, capacity)),
            Algorithm::SlidingWindow => Entries::Windows(Windows::new(quota, capacity)),
        };
        Self { quota: *quota, order, entries, next: OnceLock::new() }
    }

    /// Returns whether this is the table of the quota. It is called for each decision, in which the
    /// names are usually the same pointer.
    pub(super) fn counts(&self, quota: &Quota) -> bool {
        let (name, other) = (self.quota.name(), quota.name());
        self.quota.limit() == quota.limit()
            && self.quota.window() == quota.window()
            && self.quota.algorithm() == quota.algorithm()
            && (std::ptr::eq(name, other) || name == other)
    }

    /// Takes the cost if there is enough left, and returns the status.
    pub(super) fn consume(&self, key: Key, now: impl Fn() -> u64, cost: u32) -> QuotaStatus {
        match &self.entries {
            Entries::Rates(rates) => rates.consume(key, now(), cost),
            Entries::Windows(windows) => windows.consume(key, now, cost),
        }
    }

    /// Locks the client, if its algorithm needs a lock, until all its quotas are decided on.
    pub(super) fn claim(&self, key: Key, now: impl FnOnce() -> u64) -> Claim<'_> {
        match &self.entries {
            Entries::Rates(rates) => Claim::Rate(rates, key),
            Entries::Windows(windows) => Claim::Window(windows.hold(key, now)),
        }
    }

    pub(super) fn evictions(&self) -> u64 {
        match &self.entries {
            Entries::Rates(rates) => rates.evictions(),
            Entries::Windows(windows) => windows.evictions(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        match &self.entries {
            Entries::Rates(rates) => rates.bytes(),
            Entries::Windows(windows) => windows.bytes(),
        }
    }
}

/// One client of one quota, among several quotas that are decided on together.
pub(super) enum Claim<'a> {
    Rate(&'a Rates, Key),
    Window(EntryGuard<'a>),
}

impl Claim<'_> {
    pub(super) fn look(&mut self, now: u64, cost: u32) -> QuotaStatus {
        match self {
            Self::Rate(rates, key) => rates.look(*key, now, cost),
            Self::Window(held) => held.look(now, cost),
        }
    }

    /// Takes what `look` found to be available, with the same time and cost; returns whether it was
    /// still available.
    pub(super) fn consume(&mut self, now: u64, cost: u32) -> bool {
        match self {
            Self::Rate(rates, key) => !rates.consume(*key, now, cost).is_exceeded(),
            Self::Window(held) => {
                held.consume(now, cost);
                true
            }
        }
    }

    pub(super) fn refund(&mut self, now: u64, cost: u32, mark: u64) {
        match self {
            Self::Rate(rates, key) => rates.refund(*key, now, cost, mark),
            Self::Window(held) => held.refund(now, cost, mark),
        }
    }
}
