//! The table of a steady rate, without a lock for clients that it knows (GCRA).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::meter::Meter;
use super::spread::{WAYS, index, is_second_roomier, least, second_index, tag};
use crate::rate_limit::{Key, Quota, QuotaStatus};
use crate::support::lock;

/// All clients of one steady rate. The state of a client is one number, so only new clients need a
/// lock.
#[derive(Debug)]
pub(super) struct Rates {
    meter: Meter,
    sets: Box<[Set]>,
    forgotten: AtomicU64,
}

/// A set of clients whose keys begin alike: two cache lines, of which the first is mostly
/// sufficient.
#[derive(Debug)]
#[repr(C, align(128))]
struct Set {
    places: [Place; WAYS],
    /// Held while a slot passes to another client.
    newcomers: Mutex<()>,
    /// Whether a client was ever moved from this set to its second one.
    has_overflowed: AtomicBool,
}

/// The state of a client, which is identified by the tag.
#[derive(Debug)]
struct Place {
    tag: AtomicU64,
    arrival: AtomicU64,
}

/// The number of slots in a cache line.
const LINE: usize = 64 / size_of::<Place>();

impl Place {
    const fn empty() -> Self {
        Self { tag: AtomicU64::new(0), arrival: AtomicU64::new(0) }
    }

    /// Returns whether the slot belongs to this client. What was read from a slot is the client's
    /// only if this is still true afterwards.
    fn is_of(&self, tag: u64) -> bool {
        self.tag.load(Ordering::Acquire) == tag
    }

    /// Gives the slot to another client. A reader that finds the same tag before and after it reads
    /// the number has read the number of that tag.
    fn hand_over(&self, tag: u64, arrival: Gcra) {
        self.tag.store(0, Ordering::Release);
        self.arrival.store(arrival.number(), Ordering::Release);
        self.tag.store(tag, Ordering::Release);
    }

    /// Returns how far the client is from having used nothing.
    fn level(&self, now: u64) -> u64 {
        match self.is_of(0) {
            true => 0,
            false => self.arrival.load(Ordering::Relaxed).saturating_sub(now),
        }
    }
}

/// Searches all slots without a branch for each, because no processor can predict which one it is.
fn find(places: &[Place], tag: u64) -> Option<&Place> {
    let find = |found, at: usize| if places[at].is_of(tag) { at } else { found };
    places.get((0..places.len()).fold(places.len(), find))
}

impl Set {
    const fn new() -> Self {
        Self {
            places: [const { Place::empty() }; WAYS],
            newcomers: Mutex::new(()),
            has_overflowed: AtomicBool::new(false),
        }
    }

    fn find(&self, tag: u64) -> Option<&Place> {
        let (near, far) = self.places.split_at(LINE);
        find(near, tag).or_else(|| find(far, tag))
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        lock(&self.newcomers)
    }

    fn levels(&self, now: u64) -> impl Iterator<Item = u64> {
        self.places.iter().map(move |place| place.level(now))
    }

    /// Returns how many clients have used something.
    fn used(&self, now: u64) -> usize {
        self.levels(now).filter(|level| *level > 0).count()
    }

    /// Gives a new client the slot of the client that is nearest to having used nothing, so that
    /// refused clients stay refused. Returns whether another client was forgotten. The caller holds
    /// the lock.
    fn settle(&self, tag: u64, arrival: Gcra, now: u64) -> bool {
        let (at, level) = least(self.levels(now));
        self.places[at].hand_over(tag, arrival);
        level > 0
    }
}

#[expect(clippy::inline_always, reason = "every decision passes here: a call is a tenth of it")]
impl Rates {
    pub(super) fn new(quota: &Quota, capacity: usize) -> Self {
        let sets = (0..capacity.div_ceil(WAYS).max(1)).map(|_| Set::new()).collect();
        Self { meter: Meter::new(quota), sets, forgotten: AtomicU64::new(0) }
    }

    fn first_set(&self, key: Key) -> &Set {
        &self.sets[index(key, self.sets.len())]
    }

    fn second_set(&self, key: Key) -> &Set {
        &self.sets[second_index(key, self.sets.len())]
    }

    #[inline(always)]
    fn find(&self, key: Key) -> Option<&Place> {
        let first = self.first_set(key);
        first.find(tag(key)).or_else(|| self.find_in_second(first, key))
    }

    #[cold]
    fn find_in_second(&self, first: &Set, key: Key) -> Option<&Place> {
        let has_overflowed = first.has_overflowed.load(Ordering::Acquire);
        has_overflowed.then(|| self.second_set(key).find(tag(key))).flatten()
    }

    pub(super) fn look(&self, key: Key, now: u64, cost: u32) -> QuotaStatus {
        let number = self.find(key).and_then(|place| {
            let number = place.arrival.load(Ordering::Acquire);
            place.is_of(tag(key)).then_some(number)
        });
        let arrival = number.map(|number| Gcra::kept(number, &self.meter, now));
        arrival.unwrap_or(Gcra::none(now)).look(&self.meter, now, cost)
    }

    /// Takes the cost if there is enough left, and returns the status.
    #[inline(always)]
    pub(super) fn consume(&self, key: Key, now: u64, cost: u32) -> QuotaStatus {
        let known = self.find(key).and_then(|place| {
            let before = self.take_from(place, now, cost);
            place.is_of(tag(key)).then_some(before)
        });
        let before = known.unwrap_or_else(|| self.take_first(key, now, cost));
        before.look(&self.meter, now, cost)
    }

    /// Handles the first request of a client, or the first after it was forgotten.
    #[cold]
    fn take_first(&self, key: Key, now: u64, cost: u32) -> Gcra {
        let first = self.first_set(key);
        let _alone = first.lock();
        if let Some(place) = self.find(key) {
            return self.take_from(place, now, cost);
        }
        let before = Gcra::none(now);
        if cost > 0 && !before.look(&self.meter, now, cost).is_exceeded() {
            self.settle(first, key, before.after(&self.meter, cost), now);
        }
        before
    }

    /// Chooses a set for a new client, while the lock of the first set is held. If the second set
    /// is already locked, the first one is used, so that no thread waits for another that waits for
    /// it.
    fn settle(&self, first: &Set, key: Key, arrival: Gcra, now: u64) {
        let second = self.second_set(key);
        let is_roomier = is_second_roomier(first.used(now), || second.used(now));
        let both = is_roomier.then(|| second.newcomers.try_lock().ok()).flatten();
        let is_other_forgotten = match both {
            Some(_both) => {
                first.has_overflowed.store(true, Ordering::Release);
                second.settle(tag(key), arrival, now)
            }
            None => first.settle(tag(key), arrival, now),
        };
        self.forgotten.fetch_add(is_other_forgotten.into(), Ordering::Relaxed);
    }

    /// Takes the cost if there is enough left, and returns the state before that.
    fn take_from(&self, place: &Place, now: u64, cost: u32) -> Gcra {
        let place = &place.arrival;
        let mut number = place.load(Ordering::Acquire);
        loop {
            let before = Gcra::kept(number, &self.meter, now);
            let next = match before.look(&self.meter, now, cost).is_exceeded() {
                // If the clock went backwards, the corrected number is stored.
                true => before.number().min(number),
                false => before.after(&self.meter, cost).number(),
            };
            if next == number {
                return before;
            }
            match place.compare_exchange_weak(number, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return before,
                Err(other) => number = other,
            }
        }
    }

    pub(super) fn refund(&self, key: Key, now: u64, cost: u32, mark: u64) {
        let Some(place) = self.find(key) else { return };
        let before = |number| {
            let arrival = Gcra::kept(number, &self.meter, now);
            let before = arrival.before(&self.meter, now, cost, mark).number();
            place.is_of(tag(key)).then_some(before)
        };
        let _ = place.arrival.fetch_update(Ordering::AcqRel, Ordering::Acquire, before);
    }

    pub(super) fn evictions(&self) -> u64 {
        self.forgotten.load(Ordering::Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.sets)
    }
}

/// The state of a client of a steady rate is one number: the time when everything that was used is
/// available again ("theoretical arrival time").
#[derive(Debug, Clone, Copy)]
struct Gcra(u64);

/// How long a thread may be suspended between reading the time and using it, in nanoseconds.
const LATE: u64 = 100_000_000;

impl Gcra {
    /// Returns the state of a client that has used nothing.
    const fn none(now: u64) -> Self {
        Self(now)
    }

    /// Interprets a stored number at the given time.
    ///
    /// No client can use more than the whole quota. A client seems to have done so if another
    /// thread read a later time but updated the number first, or if the clock went backwards.
    fn kept(number: u64, meter: &Meter, now: u64) -> Self {
        let latest = now + meter.span;
        Self(if number > latest + LATE { latest } else { number.max(now) })
    }

    const fn number(self) -> u64 {
        self.0
    }

    /// Returns the status after taking the cost, or, if there is too little left, without it.
    fn look(self, meter: &Meter, now: u64, cost: u32) -> QuotaStatus {
        let own = meter.step * u64::from(cost);
        let (after, latest) = (self.0 + own, now + meter.span);
        if after <= latest {
            let status = QuotaStatus::raw(left(latest - after, meter), after - now);
            return status.with_refund_token(now + own);
        }
        let remaining = left(latest.saturating_sub(self.0), meter);
        QuotaStatus::raw(remaining, self.0 - now).waiting(after - latest)
    }

    /// Returns the state after taking the cost that [`look`](Self::look) found to be available.
    fn after(self, meter: &Meter, cost: u32) -> Self {
        Self(self.0 + meter.step * u64::from(cost))
    }

    /// Returns the state before the cost was taken. None of the cost comes back before it was
    /// taken, so until the mark at least this much of it is still counted. There may be more,
    /// behind what was taken earlier, but how much of that has been refunded in the meantime is
    /// unknown.
    fn before(self, meter: &Meter, now: u64, cost: u32, mark: u64) -> Self {
        let own = meter.step * u64::from(cost);
        let back = mark.saturating_sub(now).min(own);
        Self(self.0.saturating_sub(back).max(now))
    }
}

fn left(time: u64, meter: &Meter) -> u32 {
    u32::try_from(meter.steps_in(time)).unwrap_or(u32::MAX)
}
