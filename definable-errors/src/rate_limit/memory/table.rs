use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::meter::Meter;
use super::set::{Set, WAYS};
use super::slot::Slot;
use crate::rate_limit::{Key, Quota};

/// All clients of one quota: a fixed number of sets, each under a lock of its own.
#[derive(Debug)]
pub(super) struct Table<S> {
    pub(super) meter: Meter,
    sets: Box<[Mutex<Set<S>>]>,
    forgotten: AtomicU64,
}

impl<S: Slot> Table<S> {
    pub(super) fn new(quota: &Quota, capacity: usize) -> Self {
        let sets = (0..capacity.div_ceil(WAYS).max(1)).map(|_| Mutex::new(Set::new())).collect();
        Self { meter: Meter::new(quota), sets, forgotten: AtomicU64::new(0) }
    }

    /// A panic elsewhere left a set that is whole: nothing panics between two changes.
    pub(super) fn lock(&self, key: Key) -> MutexGuard<'_, Set<S>> {
        self.sets[self.index(key)].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys are spread evenly, so their high half, taken as a fraction, is a place.
    fn index(&self, key: Key) -> usize {
        let place = (u128::from(key.high()) * self.sets.len() as u128) >> 64;
        usize::try_from(place).expect("a place is less than the number of sets")
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
