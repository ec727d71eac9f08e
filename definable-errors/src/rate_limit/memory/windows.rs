use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::entry_guard::EntryGuard;
use super::meter::Meter;
use super::set::Set;
use super::spread::{WAYS, index, is_second_roomier, second_index, tag};
use crate::rate_limit::{Key, Quota, QuotaStatus};

/// All clients of one sliding window: a fixed number of sets, each under a lock of its own.
#[derive(Debug)]
pub(super) struct Windows {
    pub(super) meter: Meter,
    sets: Box<[Locked]>,
    forgotten: AtomicU64,
}

/// The lock and the tags are one line of a processor's cache.
#[derive(Debug)]
#[repr(align(64))]
struct Locked(Mutex<Set>);

impl Windows {
    pub(super) fn new(quota: &Quota, capacity: usize) -> Self {
        let new = |_| Locked(Mutex::new(Set::new()));
        let sets = (0..capacity.div_ceil(WAYS).max(1)).map(new).collect();
        Self { meter: Meter::new(quota), sets, forgotten: AtomicU64::new(0) }
    }

    /// The set that the client stands in, or would.
    pub(super) fn hold(&self, key: Key, now: impl FnOnce() -> u64) -> EntryGuard<'_> {
        let sets @ [first, second] = [index, second_index].map(|of| of(key, self.sets.len()));
        let (set, tag) = (self.lock(first), tag(key));
        if first == second || set.knows(tag) {
            return EntryGuard::new(self, set, tag);
        }
        drop(set);
        EntryGuard::new(self, self.choose(sets, tag, now), tag)
    }

    /// Where the client stands, or else where there is more room.
    #[cold]
    fn choose(&self, sets: [usize; 2], tag: u64, now: impl FnOnce() -> u64) -> MutexGuard<'_, Set> {
        let [first, second] = self.lock_both(sets);
        let now = now();
        let used = |set: &Set| set.used(&self.meter, now);
        let is_second_roomier = || is_second_roomier(used(&first), || used(&second));
        let is_second = second.knows(tag) || !first.knows(tag) && is_second_roomier();
        if is_second { second } else { first }
    }

    /// Always in the order in which they stand: so nobody waits in a ring.
    fn lock_both(&self, [first, second]: [usize; 2]) -> [MutexGuard<'_, Set>; 2] {
        if first < second {
            return [self.lock(first), self.lock(second)];
        }
        let second = self.lock(second);
        [self.lock(first), second]
    }

    fn lock(&self, at: usize) -> MutexGuard<'_, Set> {
        // A panic elsewhere left a set that is whole: nothing panics between two changes.
        self.sets[at].0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the cost if there is so much; how the client stands then.
    // Apart: a steady rate's way is short then.
    #[inline(never)]
    pub(super) fn consume(&self, key: Key, now: impl Fn() -> u64, cost: u32) -> QuotaStatus {
        let mut held = self.hold(key, &now);
        // Asked under the lock, so that what a ring holds is never later than now.
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
