use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::entry_guard::EntryGuard;
use super::meter::Meter;
use super::set::Set;
use super::spread::{WAYS, index, is_second_roomier, second_index, tag};
use crate::rate_limit::{Key, Quota, QuotaStatus};
use crate::support::lock;

/// All clients of one sliding window: a fixed number of sets, each with its own lock.
#[derive(Debug)]
pub(super) struct Windows {
    pub(super) meter: Meter,
    sets: Box<[Locked]>,
    forgotten: AtomicU64,
}

/// A lock and its set; the lock and the tags fill one cache line.
#[derive(Debug)]
#[repr(align(64))]
struct Locked(Mutex<Set>);

impl Windows {
    pub(super) fn new(quota: &Quota, capacity: usize) -> Self {
        let new = |_| Locked(Mutex::new(Set::new()));
        let sets = (0..capacity.div_ceil(WAYS).max(1)).map(new).collect();
        Self { meter: Meter::new(quota), sets, forgotten: AtomicU64::new(0) }
    }

    /// Locks the set that contains the client, or that a new client is added to.
    pub(super) fn hold(&self, key: Key, now: impl FnOnce() -> u64) -> EntryGuard<'_> {
        let sets @ [first, second] = [index, second_index].map(|of| of(key, self.sets.len()));
        let (set, tag) = (self.lock(first), tag(key));
        if first == second || set.knows(tag) {
            return EntryGuard::new(self, set, tag);
        }
        drop(set);
        EntryGuard::new(self, self.choose(sets, tag, now), tag)
    }

    /// Locks and returns the set that contains the client, or else the one with more free slots.
    #[cold]
    fn choose(&self, sets: [usize; 2], tag: u64, now: impl FnOnce() -> u64) -> MutexGuard<'_, Set> {
        let [first, second] = self.lock_both(sets);
        let now = now();
        let used = |set: &Set| set.used(&self.meter, now);
        let is_second_roomier = || is_second_roomier(used(&first), || used(&second));
        let is_second = second.knows(tag) || !first.knows(tag) && is_second_roomier();
        if is_second { second } else { first }
    }

    /// Locks both sets, always in the order of their positions, so that threads cannot deadlock.
    fn lock_both(&self, [first, second]: [usize; 2]) -> [MutexGuard<'_, Set>; 2] {
        if first < second {
            return [self.lock(first), self.lock(second)];
        }
        let second = self.lock(second);
        [self.lock(first), second]
    }

    fn lock(&self, at: usize) -> MutexGuard<'_, Set> {
        lock(&self.sets[at].0)
    }

    /// Takes the cost if there is enough left, and returns the status.
    // This is not inlined, so that the code for a steady rate stays short.
    #[inline(never)]
    pub(super) fn consume(&self, key: Key, now: impl Fn() -> u64, cost: u32) -> QuotaStatus {
        let mut held = self.hold(key, &now);
        // The time is read under the lock, so that the times in a ring are never later than now.
        held.look_and_take(now(), cost)
    }

    pub(super) fn count_forgotten(&self) {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn evictions(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.sets)
    }
}
