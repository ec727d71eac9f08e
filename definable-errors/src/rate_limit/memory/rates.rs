use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::arrival::Arrival;
use super::meter::Meter;
use super::place::{WAYS, least, place, tag};
use crate::rate_limit::{Key, Quota, Standing};

/// All clients of one steady rate. What is kept of a client is one number, so nobody needs a lock but
/// newcomers.
#[derive(Debug)]
pub(super) struct Rates {
    meter: Meter,
    sets: Box<[Set]>,
    forgotten: AtomicU64,
}

/// Clients whose keys begin alike, known by how they end: two lines of a processor's cache.
#[derive(Debug)]
#[repr(C, align(64))]
struct Set {
    /// Held while a place changes hands.
    newcomers: Mutex<()>,
    tags: [AtomicU64; WAYS],
    arrivals: [AtomicU64; WAYS],
}

impl Set {
    const fn new() -> Self {
        Self {
            newcomers: Mutex::new(()),
            tags: [const { AtomicU64::new(0) }; WAYS],
            arrivals: [const { AtomicU64::new(0) }; WAYS],
        }
    }

    fn find(&self, tag: u64) -> Option<usize> {
        (0..WAYS).find(|at| self.is_of(*at, tag))
    }

    /// What was read in a place is of that client if the place still is afterwards.
    fn is_of(&self, at: usize, tag: u64) -> bool {
        self.tags[at].load(Ordering::Acquire) == tag
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.newcomers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a newcomer the place of whoever is nearest to having used nothing, so that who is refused
    /// stays refused; whether somebody was forgotten for it. Locked.
    fn settle(&self, tag: u64, arrival: Arrival, now: u64) -> bool {
        let levels = self.tags.iter().zip(&self.arrivals).map(|(tag, arrival)| {
            match tag.load(Ordering::Relaxed) {
                0 => 0,
                _ => arrival.load(Ordering::Relaxed).saturating_sub(now),
            }
        });
        let (at, level) = least(levels);
        // In this order: who finds a number under a tag, and the tag still there afterwards, has read
        // a number of that tag.
        self.tags[at].store(0, Ordering::Release);
        self.arrivals[at].store(arrival.number(), Ordering::Release);
        self.tags[at].store(tag, Ordering::Release);
        level > 0
    }
}

impl Rates {
    pub(super) fn new(quota: &Quota, capacity: usize) -> Self {
        let sets = (0..capacity.div_ceil(WAYS).max(1)).map(|_| Set::new()).collect();
        Self { meter: Meter::new(quota), sets, forgotten: AtomicU64::new(0) }
    }

    fn set(&self, key: Key) -> &Set {
        &self.sets[place(key, self.sets.len())]
    }

    pub(super) fn look(&self, key: Key, now: u64, cost: u32) -> Standing {
        let (set, tag) = (self.set(key), tag(key));
        let number = set.find(tag).and_then(|at| {
            let number = set.arrivals[at].load(Ordering::Acquire);
            set.is_of(at, tag).then_some(number)
        });
        let arrival = number.map(|number| Arrival::kept(number, &self.meter, now));
        arrival.unwrap_or(Arrival::NEVER).look(&self.meter, now, cost)
    }

    /// Takes the cost if there is so much; how the client stands then.
    pub(super) fn take(&self, key: Key, now: u64, cost: u32) -> Standing {
        let (set, tag) = (self.set(key), tag(key));
        if let Some(at) = set.find(tag) {
            let standing = self.take_from(&set.arrivals[at], now, cost);
            if set.is_of(at, tag) {
                return standing;
            }
        }
        self.take_first(set, tag, now, cost)
    }

    /// The first request of a client, or the first after it was forgotten.
    #[cold]
    fn take_first(&self, set: &Set, tag: u64, now: u64, cost: u32) -> Standing {
        let _alone = set.lock();
        if let Some(at) = set.find(tag) {
            return self.take_from(&set.arrivals[at], now, cost);
        }
        let standing = Arrival::NEVER.look(&self.meter, now, cost);
        if cost > 0 && !standing.is_exceeded() {
            let arrival = Arrival::NEVER.after(&self.meter, now, cost);
            let is_other_forgotten = set.settle(tag, arrival, now);
            self.forgotten.fetch_add(is_other_forgotten.into(), Ordering::Relaxed);
        }
        standing
    }

    fn take_from(&self, place: &AtomicU64, now: u64, cost: u32) -> Standing {
        let mut number = place.load(Ordering::Acquire);
        loop {
            let arrival = Arrival::kept(number, &self.meter, now);
            let standing = arrival.look(&self.meter, now, cost);
            let next = match standing.is_exceeded() {
                // When the clock went back, it is kept that it did.
                true => arrival.number().min(number),
                false => arrival.after(&self.meter, now, cost).number(),
            };
            if next == number {
                return standing;
            }
            match place.compare_exchange_weak(number, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return standing,
                Err(other) => number = other,
            }
        }
    }

    pub(super) fn give_back(&self, key: Key, now: u64, cost: u32, mark: u64) {
        let (set, tag) = (self.set(key), tag(key));
        let _alone = set.lock();
        let Some(at) = set.find(tag) else { return };
        let before = |number| {
            let arrival = Arrival::kept(number, &self.meter, now);
            Some(arrival.before(&self.meter, now, cost, mark).number())
        };
        let _ = set.arrivals[at].fetch_update(Ordering::AcqRel, Ordering::Acquire, before);
    }

    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.sets)
    }
}
