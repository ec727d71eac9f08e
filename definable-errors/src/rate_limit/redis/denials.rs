//! Refusals of Redis that are repeated in this process, without calling it again.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use crate::rate_limit::{Consumption, Decision, Key, QuotaStatus};
use crate::support::lock;

/// A cache of clients that have to wait, so that a flood of refused requests does not reach Redis.
///
/// It has a fixed number of slots; a later client takes the slot of an earlier one.
pub(super) struct Denials {
    /// Allocated for the first denial.
    places: OnceLock<Box<[Place]>>,
    hasher: RandomState,
}

type Place = Mutex<Option<Denial>>;

struct Denial {
    key: Key,
    hash: u64,
    cost: u32,
    since: Duration,
    until: Duration,
    decision: Decision,
}

impl Denials {
    const PLACES: usize = 8192;

    /// The maximum time before Redis is called again, since another process may have refunded
    /// something.
    const LONGEST: Duration = Duration::from_secs(5);

    pub(super) fn new() -> Self {
        Self { places: OnceLock::new(), hasher: RandomState::new() }
    }

    /// Returns the current decision for a client that was refused a moment ago and requests the
    /// same cost again.
    pub(super) fn find(&self, consumption: &Consumption<'_>, now: Duration) -> Option<Decision> {
        let places = self.places.get()?;
        let hash = self.hash(consumption);
        let place = slot(places, hash);
        let denial = place.as_ref().filter(|denial| denial.is_of(consumption, hash))?;
        let is_now = (denial.since..denial.until).contains(&now);
        (is_now && consumption.cost() == denial.cost).then(|| denial.later(now))
    }

    /// Stores a decision of Redis if it is a refusal.
    pub(super) fn add(&self, consumption: &Consumption<'_>, decision: &Decision, now: Duration) {
        let wait = decision.statuses().iter().map(QuotaStatus::wait).max().unwrap_or_default();
        if wait.is_zero() {
            return;
        }
        let (hash, until) = (self.hash(consumption), now + wait.min(Self::LONGEST));
        let (key, cost, decision) = (consumption.key(), consumption.cost(), decision.clone());
        let new = || (0..Self::PLACES).map(|_| Place::default()).collect();
        *slot(self.places.get_or_init(new), hash) =
            Some(Denial { key, hash, cost, since: now, until, decision });
    }

    /// Removes a denial, because something was refunded.
    pub(super) fn remove(&self, consumption: &Consumption<'_>) {
        let Some(places) = self.places.get() else { return };
        let hash = self.hash(consumption);
        slot(places, hash).take_if(|denial| denial.is_of(consumption, hash));
    }

    fn hash(&self, consumption: &Consumption<'_>) -> u64 {
        self.hasher.hash_one((consumption.key(), consumption.quotas()))
    }
}

/// Locks the slot of a hash.
#[expect(clippy::cast_possible_truncation, reason = "a remainder is less than the divisor")]
fn slot(places: &[Place], hash: u64) -> MutexGuard<'_, Option<Denial>> {
    let at = (hash % places.len() as u64) as usize;
    lock(&places[at])
}

impl Denial {
    fn is_of(&self, consumption: &Consumption<'_>, hash: u64) -> bool {
        self.hash == hash && self.key == consumption.key()
    }

    fn later(&self, now: Duration) -> Decision {
        let passed = now.saturating_sub(self.since);
        let later = |status: &QuotaStatus| {
            let reset_after = status.reset_after().saturating_sub(passed);
            if status.is_exceeded() {
                let wait = status.wait().saturating_sub(passed);
                QuotaStatus::exceeded(status.remaining(), reset_after, wait)
            } else {
                QuotaStatus::within(status.remaining(), reset_after)
            }
        };
        Decision::new(self.decision.statuses().iter().map(later))
    }
}

impl fmt::Debug for Denials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Denials")
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::*;
    use crate::rate_limit::{KeySeed, Quota};

    const QUOTAS: [Quota; 1] = [Quota::per_minute(10)];
    const SECOND: Duration = Duration::from_secs(1);

    fn consumption(client: u64, cost: u32) -> Consumption<'static> {
        let mut hasher = KeySeed::from_secret(b"").hasher();
        hasher.write_u64(client);
        Consumption::new(hasher.key(), &QUOTAS, cost)
    }

    fn denied(wait: Duration) -> Decision {
        Decision::new([QuotaStatus::exceeded(1, 9 * SECOND, wait)])
    }

    #[test]
    fn who_was_refused_is_refused_until_the_wait_is_over() {
        let (denials, now) = (Denials::new(), 9 * SECOND);
        denials.add(&consumption(1, 2), &denied(2 * SECOND), now);
        let found = denials.find(&consumption(1, 2), now + SECOND).unwrap();
        assert_eq!(found.statuses(), [QuotaStatus::exceeded(1, 8 * SECOND, SECOND)]);
        assert!(denials.find(&consumption(1, 2), now + 2 * SECOND).is_none());
    }

    #[test]
    fn others_and_who_asks_for_something_else_are_not() {
        let (denials, now) = (Denials::new(), 9 * SECOND);
        denials.add(&consumption(1, 2), &denied(SECOND), now);
        denials.add(&consumption(2, 1), &Decision::new([QuotaStatus::within(1, SECOND)]), now);
        assert!(denials.find(&consumption(1, 1), now).is_none());
        assert!(denials.find(&consumption(1, 3), now).is_none());
        assert!(denials.find(&consumption(2, 1), now).is_none());
        let other = [Quota::per_minute(11)];
        assert!(denials.find(&Consumption::new(consumption(1, 2).key(), &other, 2), now).is_none());
    }

    #[test]
    fn what_may_have_changed_is_asked_again() {
        let (denials, now) = (Denials::new(), 9 * SECOND);
        denials.add(&consumption(1, 1), &denied(3600 * SECOND), now);
        assert!(denials.find(&consumption(1, 1), now + Denials::LONGEST).is_none());
        denials.remove(&consumption(1, 1));
        assert!(denials.find(&consumption(1, 1), now).is_none());
    }

    #[test]
    fn there_are_never_more_than_there_are_places() {
        let (denials, now) = (Denials::new(), 9 * SECOND);
        for client in 0..50_000 {
            denials.add(&consumption(client, 1), &denied(SECOND), now);
        }
        let is_known = |client: &u64| denials.find(&consumption(*client, 1), now).is_some();
        let known = (0..50_000).filter(is_known).count();
        assert!(known > 0 && known <= Denials::PLACES, "{known}");
    }
}
