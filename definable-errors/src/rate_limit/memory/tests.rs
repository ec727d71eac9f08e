//! Tests of both algorithms, with a clock that the tests set.

use std::hash::Hasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::MemoryStore;
use super::meter::Meter;
use crate::rate_limit::{
    ConsumeOutcome, Consumption, Decision, Key, Quota, QuotaStatus, QuotaStore,
};

/// A clock that moves only when a test moves it.
#[derive(Clone, Default)]
pub(super) struct Hands(Arc<AtomicU64>);

impl Hands {
    pub(super) fn move_by(&self, time: Duration) {
        self.0.fetch_add(nanoseconds(time), Ordering::Relaxed);
    }

    pub(super) fn move_back_by(&self, time: Duration) {
        self.0.fetch_sub(nanoseconds(time), Ordering::Relaxed);
    }

    fn set(&self, time: Duration) {
        self.0.store(nanoseconds(time), Ordering::Relaxed);
    }

    pub(super) fn store(&self) -> MemoryStore {
        self.store_of(64)
    }

    pub(super) fn store_of(&self, capacity: usize) -> MemoryStore {
        let hands = self.clone();
        let read = move || Duration::from_nanos(hands.0.load(Ordering::Relaxed));
        MemoryStore::builder().capacity(capacity).monotonic_clock(read).build()
    }
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos().try_into().unwrap()
}

pub(super) fn key(store: &MemoryStore, client: u64) -> Key {
    let mut hasher = store.seed().hasher();
    hasher.write_u64(client);
    hasher.key()
}

pub(super) fn consume(store: &MemoryStore, client: u64, quotas: &[Quota], cost: u32) -> Decision {
    match store.consume(&Consumption::new(key(store, client), quotas, cost)) {
        ConsumeOutcome::Decided(decision) => decision,
        verdict => panic!("memory decides at once, not {verdict:?}"),
    }
}

pub(super) fn one(store: &MemoryStore, client: u64, quota: Quota, cost: u32) -> QuotaStatus {
    consume(store, client, &[quota], cost).statuses()[0]
}

/// A single client is tested.
#[test]
fn who_waits_as_long_as_was_said_is_admitted_and_not_before() {
    let mut random = fastrand::Rng::with_seed(7);
    for quota in
        [Quota::per_minute(10), Quota::per_minute(10).with_burst(3), Quota::per_day(70_000)]
    {
        let hands = Hands::default();
        let store = hands.store();
        let meter = Meter::new(&quota);
        for _ in 0..5_000 {
            hands.move_by(Duration::from_nanos(random.u64(0..meter.step)));
            let cost = random.u32(1..=quota.capacity());
            let status = one(&store, 7, quota, cost);
            if status.is_exceeded() {
                hands.move_by(status.wait().saturating_sub(Duration::from_nanos(1)));
                assert!(one(&store, 7, quota, cost).is_exceeded());
                hands.move_by(Duration::from_nanos(1));
                assert!(!one(&store, 7, quota, cost).is_exceeded());
            }
        }
    }
}

#[test]
fn one_request_a_window_is_there_again_exactly_a_window_later() {
    let month = Duration::from_secs(30 * 24 * 3600);
    for quota in [Quota::per_hour(1), Quota::per_day(1), Quota::new(1, month)] {
        let hands = Hands::default();
        let store = hands.store();
        for pause in [0, 1, 1_234_567_891, 86_399_999_999_999] {
            hands.move_by(Duration::from_nanos(pause));
            assert_eq!(one(&store, 7, quota, 1).reset_after(), quota.window());
            assert_eq!(one(&store, 7, quota, 1).wait(), quota.window());
            hands.move_by(quota.window().saturating_sub(Duration::from_nanos(1)));
            assert_eq!(one(&store, 7, quota, 1).wait(), Duration::from_nanos(1));
            hands.move_by(Duration::from_nanos(1));
        }
    }
}

#[test]
fn a_client_that_has_used_nothing_has_all_at_once() {
    for quota in [Quota::DEFAULT, Quota::DEFAULT.with_burst(100)] {
        let store = Hands::default().store();
        let admitted = (0..200).filter(|_| !one(&store, 7, quota, 1).is_exceeded()).count();
        assert_eq!(admitted, 100);
    }
}

#[test]
fn all_quotas_have_enough_or_nothing_is_taken() {
    let hands = Hands::default();
    let store = hands.store();
    let quotas = [Quota::per_second(2).with_name("burst"), Quota::per_minute(3).with_burst(3)];
    let remaining = |cost| {
        let decision = consume(&store, 7, &quotas, cost);
        (
            decision.is_admitted(),
            decision.statuses().iter().map(QuotaStatus::remaining).collect::<Vec<_>>(),
        )
    };
    assert_eq!(remaining(1), (true, vec![1, 2]));
    assert_eq!(remaining(1), (true, vec![0, 1]));
    assert_eq!(remaining(1), (false, vec![0, 1]));
    hands.move_by(Duration::from_secs(2));
    assert_eq!(remaining(2), (false, vec![2, 1]));
    assert_eq!(remaining(1), (true, vec![1, 0]));
    assert_eq!(remaining(0), (true, vec![1, 0]));
}

#[test]
fn quotas_count_apart_and_the_same_ones_together() {
    let store = Hands::default().store();
    let (one_name, other) = (Quota::per_minute(1), Quota::per_minute(1).with_name("other"));
    assert!(!one(&store, 7, one_name, 1).is_exceeded());
    assert!(one(&store.clone(), 7, one_name, 1).is_exceeded());
    assert!(!one(&store, 7, other, 1).is_exceeded());
    assert!(!one(&store, 8, one_name, 1).is_exceeded());
    // Names are compared by their text.
    let same_name = Quota::per_minute(1).with_name(String::from("other").leak());
    assert!(one(&store, 7, same_name, 1).is_exceeded());
    // Quotas that differ in one property have tables of their own.
    let of = |limit, seconds| Quota::new(limit, Duration::from_secs(seconds));
    let others =
        [of(2, 60), of(1, 61), of(1, 60).with_burst(1), of(2, 61), of(2, 60).with_burst(1)];
    for quota in others {
        assert!(!one(&store, 7, quota, quota.capacity()).is_exceeded(), "{quota:?}");
    }
    for quota in others {
        assert!(one(&store, 7, quota, 1).is_exceeded(), "{quota:?}");
    }
    assert!(consume(&store, 9, &[one_name, other], 1).is_admitted());
    assert!(!consume(&store, 9, &[other, one_name], 1).is_admitted());
}

#[test]
fn request_without_cost_needs_no_place() {
    let quotas = [Quota::per_minute(5), Quota::per_hour(50)];
    let store = Hands::default().store_of(7);
    for client in 0..100 {
        let _ = consume(&store, client, &quotas, 1);
    }
    let evictions = store.evictions();
    for client in 100..200 {
        assert!(consume(&store, client, &quotas, 0).is_admitted());
    }
    assert_eq!(store.evictions(), evictions);
}

#[test]
fn a_cost_over_the_quota_takes_all_of_it() {
    for quota in [Quota::per_minute(5), Quota::per_minute(5).with_burst(5)] {
        let store = Hands::default().store();
        assert_eq!(one(&store, 7, quota, u32::MAX).remaining(), 0);
        assert!(one(&store, 7, quota, 1).is_exceeded());
    }
}

#[test]
fn a_clock_that_jumps_asks_nobody_to_wait_for_longer_than_a_window() {
    let hour = Duration::from_secs(3600);
    for quota in [Quota::per_minute(10), Quota::per_minute(10).with_burst(10)] {
        let hands = Hands::default();
        let store = hands.store();
        hands.set(hour);
        assert!(!one(&store, 7, quota, 10).is_exceeded());
        for back in [Duration::from_secs(3599), Duration::from_secs(1800), Duration::ZERO] {
            hands.set(back);
            let status = one(&store, 7, quota, 1);
            assert!(status.is_exceeded() && status.wait() <= Duration::from_secs(62));
        }
        hands.move_by(Duration::from_secs(62));
        assert!(!one(&store, 7, quota, 10).is_exceeded());
        hands.set(hour * 24 * 400);
        assert!(!one(&store, 7, quota, 10).is_exceeded());
        assert!(one(&store, 7, quota, 1).is_exceeded());
    }
}

/// Times near and beyond the end of the clock's numbers count like all others.
#[test]
fn a_clock_near_the_end_of_its_numbers_keeps_the_limit() {
    let end = Duration::from_nanos(u64::MAX);
    let starts = [end, end.saturating_sub(Duration::from_secs(1)), end + Duration::from_secs(1)];
    for quota in [Quota::per_minute(2), Quota::per_minute(2).with_burst(2)] {
        for start in starts {
            let hands = Hands::default();
            let read = hands.clone();
            let clock = move || start + Duration::from_nanos(read.0.load(Ordering::Relaxed));
            let store = MemoryStore::builder().capacity(64).monotonic_clock(clock).build();
            for _ in 0..3 {
                assert!(!one(&store, 7, quota, 2).is_exceeded());
                let wait = one(&store, 7, quota, 2).wait();
                assert!(!wait.is_zero() && wait <= quota.window());
                hands.move_by(wait);
            }
        }
        let store = MemoryStore::builder().monotonic_clock(|| Duration::MAX).build();
        assert!(!one(&store, 7, quota, 2).is_exceeded());
        assert!(one(&store, 7, quota, 1).is_exceeded());
        let hands = Hands::default();
        let store = hands.store();
        for time in [Duration::ZERO, end, end.saturating_sub(Duration::from_secs(1))] {
            hands.set(time);
            let admitted = (0..9).filter(|_| !one(&store, 7, quota, 1).is_exceeded()).count();
            assert!(admitted <= 2);
        }
    }
}
