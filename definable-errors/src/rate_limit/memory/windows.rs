//! The table of a sliding window: sets of clients, each with its own lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::meter::Meter;
use super::ring::Ring;
use super::spread::{WAYS, index, is_second_roomier, least, second_index, tag};
use crate::rate_limit::{Key, Quota, QuotaStatus};
use crate::support::lock;

/// All clients of one sliding window: a fixed number of sets, each with its own lock.
#[derive(Debug)]
pub(super) struct Windows {
    meter: Meter,
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

    fn count_forgotten(&self) {
        self.forgotten.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn evictions(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.sets)
    }
}

/// A set of clients whose keys begin alike, identified by the ends of their keys.
#[derive(Debug)]
#[repr(C)]
struct Set {
    tags: [u64; WAYS],
    rings: [Ring; WAYS],
}

impl Set {
    fn new() -> Self {
        Self { tags: [0; WAYS], rings: [Ring::default(); WAYS] }
    }

    fn find(&mut self, tag: u64) -> Option<&mut Ring> {
        let at = self.tags.iter().position(|known| *known == tag)?;
        Some(&mut self.rings[at])
    }

    fn knows(&self, tag: u64) -> bool {
        self.tags.contains(&tag)
    }

    fn levels(&self, meter: &Meter, now: u64) -> impl Iterator<Item = u64> {
        self.tags.iter().zip(&self.rings).map(move |(tag, ring)| match tag {
            0 => 0,
            _ => ring.level(meter, now),
        })
    }

    /// Returns how many clients have used something.
    fn used(&self, meter: &Meter, now: u64) -> usize {
        self.levels(meter, now).filter(|level| *level > 0).count()
    }

    /// Returns a ring for a new client, and whether another client was forgotten for it: the one
    /// that is nearest to having used nothing, so that refused clients stay refused.
    fn settle(&mut self, tag: u64, meter: &Meter, now: u64) -> (&mut Ring, bool) {
        let (at, level) = least(self.levels(meter, now));
        self.tags[at] = tag;
        self.rings[at] = Ring::default();
        (&mut self.rings[at], level > 0)
    }
}

/// The set that a client belongs to, locked until the decision is made.
pub(super) struct EntryGuard<'a> {
    windows: &'a Windows,
    set: MutexGuard<'a, Set>,
    tag: u64,
}

impl<'a> EntryGuard<'a> {
    const fn new(windows: &'a Windows, set: MutexGuard<'a, Set>, tag: u64) -> Self {
        Self { windows, set, tag }
    }

    pub(super) fn look(&mut self, now: u64, cost: u32) -> QuotaStatus {
        let meter = &self.windows.meter;
        let mut new = Ring::default();
        let ring = self.set.find(self.tag).unwrap_or(&mut new);
        let moment = ring.advance(meter, now);
        ring.look(meter, moment, now, cost)
    }

    /// Takes what `look` found to be available, with the same time and cost.
    pub(super) fn consume(&mut self, now: u64, cost: u32) {
        let meter = &self.windows.meter;
        if let Some(ring) = self.set.find(self.tag) {
            let moment = ring.advance(meter, now);
            return ring.consume(meter, moment, now, cost);
        }
        let (ring, is_other_forgotten) = self.set.settle(self.tag, meter, now);
        let moment = ring.advance(meter, now);
        ring.consume(meter, moment, now, cost);
        if is_other_forgotten {
            self.windows.count_forgotten();
        }
    }

    /// Looks and takes in one step, for a single quota.
    fn look_and_take(&mut self, now: u64, cost: u32) -> QuotaStatus {
        let meter = &self.windows.meter;
        let Some(ring) = self.set.find(self.tag) else {
            let status = self.look(now, cost);
            if cost > 0 && !status.is_exceeded() {
                self.consume(now, cost);
            }
            return status;
        };
        let moment = ring.advance(meter, now);
        let status = ring.look(meter, moment, now, cost);
        if !status.is_exceeded() {
            ring.consume(meter, moment, now, cost);
        }
        status
    }

    pub(super) fn refund(&mut self, now: u64, cost: u32, mark: u64) {
        let meter = &self.windows.meter;
        if let Some(ring) = self.set.find(self.tag) {
            let moment = ring.advance(meter, now);
            ring.refund(meter, moment, cost, mark);
        }
    }
}
