//! Clocks that go back or forward, or come near their largest value.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use definable_errors::rate_limit::{Quota, RedisStore, RedisStoreBuilder};
use support::needs;

use super::{Server, admitted, ask_one, patient_builder};

/// A clock that a test sets.
#[derive(Clone)]
pub(crate) struct Hands(Arc<AtomicU64>);

impl Hands {
    pub(crate) fn new() -> Self {
        // The time is in 2026, so that timestamps are as long as real ones.
        Self(Arc::new(AtomicU64::new(1_795_000_000_000_000)))
    }

    pub(crate) fn now(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn forward(&self, time: Duration) {
        self.0.fetch_add(micros(time), Ordering::Relaxed);
    }

    fn back(&self, time: Duration) {
        self.0.fetch_sub(micros(time), Ordering::Relaxed);
    }

    /// Moves the clock by `micros` microseconds, backwards if negative.
    pub(crate) fn turn(&self, micros: i64) {
        let time = Duration::from_micros(micros.unsigned_abs());
        if micros < 0 { self.back(time) } else { self.forward(time) }
    }

    pub(crate) fn of(&self, store: RedisStoreBuilder) -> RedisStore {
        self.builder(store).build().unwrap()
    }

    pub(crate) fn builder(&self, store: RedisStoreBuilder) -> RedisStoreBuilder {
        let hands = self.clone();
        store.monotonic_clock(move || hands.now())
    }
}

fn micros(time: Duration) -> u64 {
    time.as_micros().try_into().unwrap()
}

const HOUR: Duration = Duration::from_secs(3600);
const QUOTAS: [Quota; 2] =
    [Quota::per_minute(10), Quota::per_minute(10).with_burst(10).with_name("rate")];

#[tokio::test]
async fn clock_that_goes_back_delays_no_client_beyond_the_window() {
    needs!(Redis);
    let server = Server::start();
    for quota in QUOTAS {
        let hands = Hands::new();
        let store = hands.of(patient_builder(&server.url()));
        assert_eq!(admitted(&store, 1, quota, 20).await, 10);
        hands.back(HOUR);
        let refused = ask_one(&store, 1, quota).await;
        let wait = refused.statuses()[0].wait();
        let longest = quota.window() * 60 / 59 + Duration::from_millis(1);
        assert!(!wait.is_zero() && wait <= longest, "{wait:?}");
        hands.forward(wait);
        assert!(ask_one(&store, 1, quota).await.is_admitted());
        // The clock is right again.
        hands.forward(2 * quota.window());
        assert_eq!(admitted(&store, 1, quota, 20).await, 10);
        let _: String = server.ask(&["FLUSHALL"]);
    }
}

#[tokio::test]
async fn clock_that_goes_forward_resets_the_quota_once() {
    needs!(Redis);
    let server = Server::start();
    for quota in QUOTAS {
        let hands = Hands::new();
        let store = hands.of(patient_builder(&server.url()));
        assert_eq!(admitted(&store, 1, quota, 20).await, 10);
        hands.forward(HOUR);
        assert_eq!(admitted(&store, 1, quota, 20).await, 10);
        hands.back(HOUR);
        assert_eq!(admitted(&store, 1, quota, 20).await, 0);
        let _: String = server.ask(&["FLUSHALL"]);
    }
}

/// The longest window is a year, which results in the largest numbers.
#[tokio::test]
async fn longest_window_is_limited() {
    needs!(Redis);
    let server = Server::start();
    let hands = Hands::new();
    let store = hands.of(patient_builder(&server.url()));
    let year = Quota::new(3, Quota::MAX_WINDOW.saturating_sub(Duration::from_nanos(1)));
    for quota in [year, year.with_burst(3).with_name("rate")] {
        assert_eq!(admitted(&store, 1, quota, 9).await, 3);
        hands.forward(Quota::MAX_WINDOW / 2);
        assert!(admitted(&store, 1, quota, 9).await <= 1);
        hands.forward(Quota::MAX_WINDOW / 59 + Quota::MAX_WINDOW);
        assert_eq!(admitted(&store, 1, quota, 9).await, 3);
    }
}

#[tokio::test]
async fn single_request_is_available_again_exactly_a_window_later() {
    needs!(Redis);
    let server = Server::start();
    let hands = Hands::new();
    let moment = Duration::from_micros(1);
    let month = Duration::from_secs(30 * 24 * 3600);
    for quota in [Quota::per_hour(1), Quota::per_day(1), Quota::new(1, month)] {
        // A new store does not remember clients that have to wait.
        let store = || hands.of(patient_builder(&server.url()));
        for pause in [0, 1, 1_234_567_891, 3_599_999_999] {
            hands.forward(Duration::from_micros(pause));
            let admitted = ask_one(&store(), 1, quota).await;
            assert!(admitted.is_admitted());
            assert_eq!(admitted.statuses()[0].reset_after(), quota.window());
            assert_eq!(ask_one(&store(), 1, quota).await.statuses()[0].wait(), quota.window());
            hands.forward(quota.window().saturating_sub(moment));
            assert_eq!(ask_one(&store(), 1, quota).await.statuses()[0].wait(), moment);
            hands.forward(moment);
        }
    }
}

#[tokio::test]
async fn clock_near_its_largest_value_keeps_the_limit() {
    needs!(Redis);
    let server = Server::start();
    let ends = [Duration::MAX, Duration::from_nanos(u64::MAX), Duration::from_micros(u64::MAX)];
    for (client, end) in (0..).zip(ends) {
        for quota in QUOTAS {
            let store =
                patient_builder(&server.url()).monotonic_clock(move || end).build().unwrap();
            assert_eq!(admitted(&store, client, quota, 20).await, 10);
            let _: String = server.ask(&["FLUSHALL"]);
        }
    }
}
