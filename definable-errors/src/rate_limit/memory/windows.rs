use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::held::Held;
use super::meter::Meter;
use super::set::Set;
use super::spread::{WAYS, index, tag};
use crate::rate_limit::{Key, Quota, Standing};

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

    pub(super) fn hold(&self, key: Key) -> Held<'_> {
        let Locked(set) = &self.sets[index(key, self.sets.len())];
        // A panic elsewhere left a set that is whole: nothing panics between two changes.
        Held::new(self, set.lock().unwrap_or_else(PoisonError::into_inner), tag(key))
    }

    /// Takes the cost if there is so much; how the client stands then.
    // Apart: a steady rate's way is short then.
    #[inline(never)]
    pub(super) fn take(&self, key: Key, now: impl FnOnce() -> u64, cost: u32) -> Standing {
        let mut held = self.hold(key);
        // Asked under the lock, so that what a ring holds is never later than now.
        held.look_and_take(now(), cost)
    }

    pub(super) fn count_forgotten(&self) {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.sets)
    }
}
