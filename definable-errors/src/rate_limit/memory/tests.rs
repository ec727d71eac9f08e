//! Both ways of counting against models that remember everything. In a release build the floods have
//! their full size: `cargo test --release -p definable-errors --all-features rate_limit`.

use std::hash::Hasher;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::FakeRelativeClock;
use proptest::prelude::*;

use super::MemoryStore;
use super::meter::Meter;
use crate::rate_limit::{Algorithm, Decision, Key, Quota, QuotaStore, Standing, Take, Verdict};

/// Floods are as long as a build without optimization can bear.
const SCALE: u64 = if cfg!(debug_assertions) { 20 } else { 1 };

/// A clock that stands still until it is told.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn move_by(&self, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap();
        self.0.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    fn move_back_by(&self, time: Duration) {
        self.0.fetch_sub(u64::try_from(time.as_nanos()).unwrap(), Ordering::Relaxed);
    }

    fn set(&self, time: Duration) {
        self.0.store(u64::try_from(time.as_nanos()).unwrap(), Ordering::Relaxed);
    }

    fn store(&self) -> MemoryStore {
        let hands = self.clone();
        let read = move || Duration::from_nanos(hands.0.load(Ordering::Relaxed));
        MemoryStore::new().capacity(64).clock(read)
    }
}

fn key(store: &MemoryStore, client: u64) -> Key {
    let mut hasher = store.seed().hasher();
    hasher.write_u64(client);
    hasher.key()
}

fn take(store: &MemoryStore, client: u64, quotas: &[Quota], cost: u32) -> Decision {
    match store.take(&Take::new(key(store, client), quotas, cost)) {
        Verdict::Decided(decision) => decision,
        verdict => panic!("memory decides at once, not {verdict:?}"),
    }
}

fn one(store: &MemoryStore, client: u64, quota: Quota, cost: u32) -> Standing {
    take(store, client, &[quota], cost).standings()[0]
}

/// Requests that were admitted: when, and how many at once.
#[derive(Default)]
struct Log(Vec<(u64, u32)>);

impl Log {
    /// How many there were in the time before now, its beginning left out.
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

/// Pauses in thousandths of the window, and costs in thousandths of the limit.
fn traces() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let pause = prop_oneof![6 => 0..40_u64, 2 => 0..1_200_u64, 1 => 0..100_000_000_u64];
    let cost = prop_oneof![3 => Just(0_u64), 1 => 0..400_u64, 1 => 0..1_100_u64];
    proptest::collection::vec((pause, cost), 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Gate 9: never more than the limit in any window; nobody is refused whom a window longer by one
    /// part would admit; and who waits as long as was said is admitted.
    #[test]
    fn a_window_never_has_more_than_its_limit(quota in windows(), trace in traces()) {
        let hands = Hands::default();
        let (store, mut log) = (hands.store(), Log::default());
        let window = u64::try_from(quota.window().as_nanos()).unwrap();
        let meter = Meter::new(&quota);
        let longest = meter.step * meter.span;
        prop_assert!(longest - window <= window.div_ceil(meter.span - 1) + meter.span);
        let mut now = 0;
        for (pause, cost) in trace {
            let pause = Duration::from_nanos(window / 1_000 * pause);
            hands.move_by(pause);
            now += u64::try_from(pause.as_nanos()).unwrap();
            let cost = u32::try_from(1 + u64::from(quota.limit()) * cost / 1_000).unwrap();
            let cost = cost.min(quota.limit());
            let standing = one(&store, 7, quota, cost);
            if standing.is_exceeded() {
                prop_assert!(log.within(now, longest) + u64::from(cost) > quota.limit().into());
                prop_assert!(standing.wait() <= Duration::from_nanos(longest));
                continue;
            }
            log.0.push((now, cost));
            let used = log.within(now, window);
            prop_assert!(used <= quota.limit().into());
            prop_assert!(u64::from(standing.remaining()) <= u64::from(quota.limit()) - used);
        }
        let standing = one(&store, 7, quota, quota.limit());
        hands.move_by(standing.wait());
        prop_assert!(!standing.is_exceeded() || !one(&store, 7, quota, quota.limit()).is_exceeded());
    }

    /// Gate 19: a clock that goes back forgives nobody; whatever it does, nobody has to wait for longer
    /// than a window and a part, or a tenth of a second that threads may differ by, and who does is
    /// admitted.
    #[test]
    fn a_clock_that_goes_back_forgives_nothing(
        quota in prop_oneof![windows(), windows().prop_map(|it| it.with_burst(1 + it.limit() / 2))],
        trace in proptest::collection::vec((0..3_000_u64, any::<bool>(), 0..1_100_u64), 1..200),
    ) {
        let hands = Hands::default();
        let store = hands.store();
        let window = u64::try_from(quota.window().as_nanos()).unwrap();
        let meter = Meter::new(&quota);
        let longest = Duration::from_nanos(match quota.algorithm() {
            Algorithm::SlidingWindow => meter.step * (meter.span + 1),
            Algorithm::Gcra { .. } => meter.span + 100_000_000,
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
            let standing = one(&store, 7, quota, cost);
            prop_assert!(!standing.is_exceeded() || standing.wait() <= longest);
        }
        let standing = one(&store, 7, quota, quota.capacity());
        hands.move_by(standing.wait());
        let waited = one(&store, 7, quota, quota.capacity());
        prop_assert!(!standing.is_exceeded() || !waited.is_exceeded());
    }

    /// What is given back is given back whole, as long as it counts, and nothing else is.
    #[test]
    fn giving_back_forgives_nobody_else(
        quota in prop_oneof![windows(), windows().prop_map(|it| it.with_burst(1 + it.limit() / 2))],
        trace in proptest::collection::vec((0..400_u64, any::<bool>(), 1..5_usize), 1..200),
    ) {
        let hands = Hands::default();
        let (store, kept_only) = (hands.store(), hands.store());
        let window = u64::try_from(quota.window().as_nanos()).unwrap();
        let mut held = Vec::new();
        for (pause, counts, until) in trace {
            hands.move_by(Duration::from_nanos(window / 1_000 * pause));
            let decision = take(&store, 7, &[quota], 1);
            if decision.is_admitted() && counts {
                prop_assert!(!one(&kept_only, 7, quota, 1).is_exceeded());
            }
            if decision.is_admitted() && !counts {
                held.push((until, decision));
            }
            for (until, decision) in &mut held {
                *until -= 1;
                if *until == 0 {
                    store.give_back(&Take::new(key(&store, 7), &[quota], 1), decision);
                }
            }
            held.retain(|(until, _)| *until > 0);
        }
        for (_, decision) in held {
            store.give_back(&Take::new(key(&store, 7), &[quota], 1), &decision);
        }
        let left = one(&store, 7, quota, 0).remaining();
        prop_assert!(left <= one(&kept_only, 7, quota, 0).remaining());
    }
}

/// Gate 9: a million decisions.
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

/// Gate 10, for a single client.
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
            let standing = one(&store, 7, quota, cost);
            if standing.is_exceeded() {
                hands.move_by(standing.wait().saturating_sub(Duration::from_nanos(1)));
                assert!(one(&store, 7, quota, cost).is_exceeded());
                hands.move_by(Duration::from_nanos(1));
                assert!(!one(&store, 7, quota, cost).is_exceeded());
            }
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
    let quotas = [Quota::per_second(2).named("burst"), Quota::per_minute(3).with_burst(3)];
    let remaining = |cost| {
        let decision = take(&store, 7, &quotas, cost);
        (
            decision.is_admitted(),
            decision.standings().iter().map(Standing::remaining).collect::<Vec<_>>(),
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
    let (one_name, other) = (Quota::per_minute(1), Quota::per_minute(1).named("other"));
    assert!(!one(&store, 7, one_name, 1).is_exceeded());
    assert!(one(&store.clone(), 7, one_name, 1).is_exceeded());
    assert!(!one(&store, 7, other, 1).is_exceeded());
    assert!(!one(&store, 8, one_name, 1).is_exceeded());
    assert!(take(&store, 9, &[one_name, other], 1).is_admitted());
    assert!(!take(&store, 9, &[other, one_name], 1).is_admitted());
}

#[test]
fn a_cost_over_the_quota_takes_all_of_it() {
    for quota in [Quota::per_minute(5), Quota::per_minute(5).with_burst(5)] {
        let store = Hands::default().store();
        assert_eq!(one(&store, 7, quota, u32::MAX).remaining(), 0);
        assert!(one(&store, 7, quota, 1).is_exceeded());
    }
}

/// Gate 19.
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
            let standing = one(&store, 7, quota, 1);
            assert!(standing.is_exceeded() && standing.wait() <= Duration::from_secs(62));
        }
        hands.move_by(Duration::from_secs(62));
        assert!(!one(&store, 7, quota, 10).is_exceeded());
        hands.set(hour * 24 * 400);
        assert!(!one(&store, 7, quota, 10).is_exceeded());
        assert!(one(&store, 7, quota, 1).is_exceeded());
    }
}

/// Gate 5: a flood of new clients does not free the ones that are refused.
#[test]
fn who_is_refused_stays_refused_in_a_flood() {
    for quota in [Quota::DEFAULT, Quota::DEFAULT.with_burst(100)] {
        let hands = Hands::default();
        let capacity = usize::try_from(65_536 / SCALE).unwrap();
        let store = hands.store().capacity(capacity);
        let (refused, flood) = (1_000 / SCALE, 3_000_000 / SCALE);
        for client in 0..refused {
            one(&store, client, quota, 100);
        }
        let bytes = store.bytes();
        for client in refused..refused + flood {
            assert!(!one(&store, client, quota, 1).is_exceeded());
        }
        let still = (0..refused).filter(|client| one(&store, *client, quota, 1).is_exceeded());
        assert_eq!(still.count() as u64, refused);
        assert_eq!(store.bytes(), bytes);
        assert!(store.forgotten() > flood / 2);
    }
}

/// A client that is forgotten has no limit: hardly anybody is before the table is nearly full.
#[test]
fn who_finds_the_table_not_nearly_full_is_remembered() {
    for quota in [Quota::DEFAULT, Quota::DEFAULT.with_burst(100)] {
        let store = Hands::default().store().capacity(MemoryStore::DEFAULT_CAPACITY);
        let clients = MemoryStore::DEFAULT_CAPACITY as u64 * 6 / 10;
        let admitted = |client: &u64| !one(&store, *client, quota, 100).is_exceeded();
        assert_eq!((0..clients).filter(admitted).count() as u64, clients);
        let again = (0..clients).filter(admitted).count();
        assert!(again <= 3 && store.forgotten() <= 6, "{again} of {clients}");
    }
}

/// Gate 4: ten million clients, and the memory that the documentation states.
#[test]
fn memory_has_the_size_that_is_stated() {
    let store = MemoryStore::new();
    let (window, rate) = (Quota::DEFAULT, Quota::per_minute(60).with_burst(10));
    store.open(&[window]);
    let sets = 65_536_usize.div_ceil(7);
    assert_eq!(store.bytes(), sets * 960);
    assert_eq!(960_usize.div_ceil(7), 138);
    store.open(&[rate, window]);
    let bytes = store.bytes();
    assert_eq!(bytes, sets * (960 + 128));
    assert_eq!(128_usize.div_ceil(7), 19);
    for client in 0..10_000_000 / SCALE {
        take(&store, client, &[window, rate], 1);
    }
    assert_eq!(store.bytes(), bytes);
}

/// Gate 11: no request slips through between two others, not even the first two of a client.
#[test]
fn threads_have_exactly_the_limit_together() {
    for quota in [Quota::per_day(1_000), Quota::per_day(1_000).with_burst(1_000)] {
        for client in 0..20 {
            let store = Hands::default().store();
            let admitted = AtomicU64::new(0);
            std::thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        for _ in 0..500 {
                            let standing = one(&store, client, quota, 1);
                            admitted
                                .fetch_add(u64::from(!standing.is_exceeded()), Ordering::Relaxed);
                        }
                    });
                }
            });
            assert_eq!(admitted.into_inner(), 1_000);
        }
    }
}

/// Limits that share a store and name their quotas in another order do not wait for each other.
#[test]
fn no_order_of_quotas_locks_up() {
    let store = MemoryStore::new().capacity(8);
    let quotas = [Quota::per_day(9).named("a"), Quota::per_day(9).named("b")];
    let reversed = [quotas[1], quotas[0]];
    std::thread::scope(|scope| {
        for quotas in [&quotas, &reversed] {
            let store = &store;
            scope.spawn(move || {
                for client in 0..5_000 {
                    take(store, client % 9, quotas, 1);
                }
            });
        }
    });
}

/// A place changes hands while others read it: nobody is ever charged twice for it, or let in for free.
#[test]
fn a_crowd_of_newcomers_leaves_a_busy_client_alone() {
    let quota = Quota::per_day(100_000).with_burst(100_000);
    let store = Hands::default().store().capacity(7);
    one(&store, 0, quota, 50_000);
    std::thread::scope(|scope| {
        let (busy, newcomers) = (&store, &store);
        scope.spawn(move || {
            for client in 1..50_000 {
                assert_eq!(one(newcomers, client, quota, 1).remaining(), 99_999);
            }
        });
        scope.spawn(move || {
            for taken in 1..=40_000 {
                assert_eq!(one(busy, 0, quota, 1).remaining(), 50_000 - taken);
            }
        });
    });
    assert!(store.forgotten() > 40_000);
}

/// All or nothing, though a steady rate keeps nobody out between two looks at it.
#[test]
fn several_quotas_and_one_of_them_count_together_in_threads() {
    let (rate, window) = (Quota::per_day(3_000).with_burst(3_000), Quota::per_day(2_000));
    for client in 0..20 {
        let store = Hands::default().store();
        let (both, alone) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    for _ in 0..1_500 {
                        let admitted = take(&store, client, &[rate, window], 1).is_admitted();
                        both.fetch_add(admitted.into(), Ordering::Relaxed);
                        let admitted = take(&store, client, &[rate], 1).is_admitted();
                        alone.fetch_add(admitted.into(), Ordering::Relaxed);
                    }
                });
            }
        });
        let (both, alone) = (both.into_inner(), alone.into_inner());
        assert!(both <= 2_000 && both + alone == 3_000, "{both} and {alone}");
        let left = 2_000 - one(&store, client, window, 0).remaining();
        assert_eq!(u64::from(left), both);
    }
}
