//! Tests of both algorithms against models that remember everything.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::FakeRelativeClock;
use proptest::prelude::*;

use super::MemoryStore;
use super::meter::Meter;
use super::tests::{Hands, consume, key, nanoseconds, one};
use crate::rate_limit::{Algorithm, Consumption, Quota, QuotaStore};

/// The admitted requests, with their times and costs.
#[derive(Default)]
struct Log(Vec<(u64, u32)>);

impl Log {
    /// Returns the total cost in the `time` before now, excluding its beginning.
    fn within(&self, now: u64, time: u64) -> u64 {
        let recent = self.0.iter().rev().take_while(|(at, _)| at + time > now);
        recent.map(|(_, cost)| u64::from(*cost)).sum()
    }
}

fn windows() -> impl Strategy<Value = Quota> {
    let window = (1_000..100_000_u64).prop_map(Duration::from_millis);
    let limit = prop_oneof![4 => 1..200_u32, 1 => 65_530..65_540_u32, 1 => 100_000..5_000_000_u32];
    (limit, window).prop_map(|(limit, window)| Quota::new(limit, window))
}

fn quotas() -> impl Strategy<Value = Quota> {
    prop_oneof![windows(), windows().prop_map(|it| it.with_burst(1 + it.limit() / 2))]
}

/// Generates pauses in thousandths of the window, and costs in thousandths of the limit.
fn traces() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let pause = prop_oneof![6 => 0..40_u64, 2 => 0..1_200_u64, 1 => 0..100_000_000_u64];
    let cost = prop_oneof![3 => Just(0_u64), 1 => 0..400_u64, 1 => 0..1_100_u64];
    proptest::collection::vec((pause, cost), 1..300)
}

/// Returns whether the whole quota is admitted, either immediately or after the returned wait.
fn admits_after_the_wait(hands: &Hands, store: &MemoryStore, quota: Quota) -> bool {
    let status = one(store, 7, quota, quota.capacity());
    hands.move_by(status.wait());
    !status.is_exceeded() || !one(store, 7, quota, quota.capacity()).is_exceeded()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// The window never admits more than the limit, refuses no client that a window longer by one
    /// part would admit, and admits a client after the returned wait.
    #[test]
    fn a_window_never_has_more_than_its_limit(quota in windows(), trace in traces()) {
        let hands = Hands::default();
        let (store, mut log) = (hands.store(), Log::default());
        let window = nanoseconds(quota.window());
        let meter = Meter::new(&quota);
        let longest = meter.step * meter.span;
        prop_assert!(longest - window <= window.div_ceil(meter.span - 1) + meter.span);
        let mut now = 0;
        for (pause, cost) in trace {
            let pause = Duration::from_nanos(window / 1_000 * pause);
            hands.move_by(pause);
            now += nanoseconds(pause);
            let cost = u32::try_from(1 + u64::from(quota.limit()) * cost / 1_000).unwrap();
            let cost = cost.min(quota.limit());
            let status = one(&store, 7, quota, cost);
            if status.is_exceeded() {
                prop_assert!(log.within(now, longest) + u64::from(cost) > quota.limit().into());
                prop_assert!(status.wait() <= Duration::from_nanos(longest));
                continue;
            }
            log.0.push((now, cost));
            let used = log.within(now, window);
            prop_assert!(used <= quota.limit().into());
            prop_assert!(u64::from(status.remaining()) <= u64::from(quota.limit()) - used);
        }
        prop_assert!(admits_after_the_wait(&hands, &store, quota));
    }

    /// An admitted client that waits for the announced time finds its whole quota, and waits no
    /// longer than a window.
    #[test]
    fn the_wait_announced_to_an_admitted_client_is_enough(
        quota in quotas(),
        trace in traces(),
        given_back in proptest::collection::vec(any::<bool>(), 300),
    ) {
        let hands = Hands::default();
        let store = hands.store();
        let window = nanoseconds(quota.window());
        let longest = quota.window() + Duration::from_nanos(quota.limit().into());
        for ((pause, cost), is_given_back) in trace.into_iter().zip(given_back) {
            hands.move_by(Duration::from_nanos(window / 1_000 * pause));
            let cost = u32::try_from(1 + u64::from(quota.capacity()) * cost / 1_000).unwrap();
            let decision = consume(&store, 7, &[quota], cost);
            let status = decision.statuses()[0];
            if is_given_back && decision.is_admitted() {
                store.refund(&Consumption::new(key(&store, 7), &[quota], cost), &decision);
            } else if decision.is_admitted() && status.remaining() == 0 {
                prop_assert!(status.reset_after() <= longest);
                hands.move_by(status.reset_after());
                let whole = one(&store, 7, quota, quota.capacity());
                prop_assert!(!whole.is_exceeded());
            }
        }
        let status = one(&store, 7, quota, 1);
        if !status.is_exceeded() {
            prop_assert!(status.reset_after() <= longest);
            hands.move_by(status.reset_after());
            prop_assert!(!one(&store, 7, quota, quota.capacity()).is_exceeded());
        }
    }

    /// A clock that goes backwards releases nothing. Whatever the clock does, no client has to wait
    /// longer than a window and a part, and a client that waits is admitted.
    #[test]
    fn a_clock_that_goes_back_forgives_nothing(
        quota in quotas(),
        trace in proptest::collection::vec((0..3_000_u64, any::<bool>(), 0..1_100_u64), 1..200),
    ) {
        let hands = Hands::default();
        let store = hands.store();
        let window = nanoseconds(quota.window());
        let meter = Meter::new(&quota);
        let longest = Duration::from_nanos(match quota.algorithm() {
            Algorithm::SlidingWindow => meter.step * (meter.span + 1),
            Algorithm::Gcra { .. } => meter.span,
        });
        hands.move_by(1_000 * quota.window());
        for (pause, is_back, cost) in trace {
            let pause = Duration::from_nanos(window / 1_000 * pause);
            let before = one(&store, 7, quota, 0).remaining();
            if is_back {
                hands.move_back_by(pause);
                prop_assert!(one(&store, 7, quota, 0).remaining() <= before);
            } else {
                hands.move_by(pause);
            }
            let cost = u32::try_from(u64::from(quota.capacity()) * cost / 1_000).unwrap();
            let status = one(&store, 7, quota, cost);
            prop_assert!(!status.is_exceeded() || status.wait() <= longest);
        }
        prop_assert!(admits_after_the_wait(&hands, &store, quota));
    }

    /// A refund returns everything that was taken, as long as it still counts, and nothing else.
    #[test]
    fn giving_back_forgives_nobody_else(
        quota in quotas(),
        trace in proptest::collection::vec((0..400_u64, any::<bool>(), 1..5_usize), 1..200),
    ) {
        let hands = Hands::default();
        let (store, kept_only) = (hands.store(), hands.store());
        let window = nanoseconds(quota.window());
        let mut held = Vec::new();
        for (pause, counts, until) in trace {
            hands.move_by(Duration::from_nanos(window / 1_000 * pause));
            let decision = consume(&store, 7, &[quota], 1);
            if decision.is_admitted() && counts {
                prop_assert!(!one(&kept_only, 7, quota, 1).is_exceeded());
            }
            if decision.is_admitted() && !counts {
                held.push((until, decision));
            }
            for (until, decision) in &mut held {
                *until -= 1;
                if *until == 0 {
                    store.refund(&Consumption::new(key(&store, 7), &[quota], 1), decision);
                }
            }
            held.retain(|(until, _)| *until > 0);
        }
        for (_, decision) in held {
            store.refund(&Consumption::new(key(&store, 7), &[quota], 1), &decision);
        }
        let left = one(&store, 7, quota, 0).remaining();
        prop_assert!(left <= one(&kept_only, 7, quota, 0).remaining());
    }
}

/// Compares a million decisions.
#[test]
fn a_steady_rate_decides_as_governor_does() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..1_000 {
        let limit = random.u32(1..50);
        let quota = Quota::per_minute(limit).with_burst(random.u32(1..=limit));
        let meter = Meter::new(&quota);
        let theirs = governor::Quota::with_period(Duration::from_nanos(meter.step)).unwrap();
        let theirs = theirs.allow_burst(NonZeroU32::new(quota.capacity()).unwrap());
        let clock = FakeRelativeClock::default();
        let theirs = governor::RateLimiter::direct_with_clock(theirs, clock.clone());
        let hands = Hands::default();
        let store = hands.store();
        for _ in 0..1_000 {
            let pause = Duration::from_nanos(match random.u8(..) {
                0..=200 => random.u64(0..=meter.step),
                201..=254 => random.u64(0..=meter.span),
                255 => random.u64(0..=100 * meter.span),
            });
            clock.advance(pause);
            hands.move_by(pause);
            let cost = random.u32(1..=quota.capacity().min(3));
            let theirs = theirs.check_n(NonZeroU32::new(cost).unwrap()).unwrap().is_ok();
            assert_eq!(!one(&store, 7, quota, cost).is_exceeded(), theirs, "{quota:?}");
        }
    }
}
