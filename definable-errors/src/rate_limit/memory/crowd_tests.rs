//! Tests of both algorithms with many clients and with many threads. In a release build the floods
//! have their full size: `cargo test --release -p definable-errors --all-features rate_limit`.

use std::sync::atomic::{AtomicU64, Ordering};

use super::MemoryStore;
use super::tests::{Hands, consume, one};
use crate::rate_limit::{Quota, QuotaStore};

/// Floods are shortened in a build without optimization.
const SCALE: u64 = if cfg!(debug_assertions) { 20 } else { 1 };

/// A flood of new clients does not release the clients that are refused.
#[test]
fn who_is_refused_stays_refused_in_a_flood() {
    for quota in [Quota::DEFAULT, Quota::DEFAULT.with_burst(100)] {
        let hands = Hands::default();
        let capacity = usize::try_from(65_536 / SCALE).unwrap();
        let store = hands.store_of(capacity);
        let (refused, flood) = (1_000 / SCALE, 3_000_000 / SCALE);
        for client in 0..refused {
            let _ = one(&store, client, quota, 100);
        }
        let bytes = store.bytes();
        for client in refused..refused + flood {
            assert!(!one(&store, client, quota, 1).is_exceeded());
        }
        let still = (0..refused).filter(|client| one(&store, *client, quota, 1).is_exceeded());
        assert_eq!(still.count() as u64, refused);
        assert_eq!(store.bytes(), bytes);
        assert!(store.evictions() > flood / 2);
    }
}

/// A forgotten client has no limit: hardly any client is forgotten before the table is nearly full.
#[test]
fn who_finds_the_table_not_nearly_full_is_remembered() {
    for quota in [Quota::DEFAULT, Quota::DEFAULT.with_burst(100)] {
        let store = Hands::default().store_of(MemoryStore::DEFAULT_CAPACITY);
        let clients = MemoryStore::DEFAULT_CAPACITY as u64 * 6 / 10;
        let admitted = |client: &u64| !one(&store, *client, quota, 100).is_exceeded();
        assert_eq!((0..clients).filter(admitted).count() as u64, clients);
        let again = (0..clients).filter(admitted).count();
        assert!(again <= 3 && store.evictions() <= 6, "{again} of {clients}");
    }
}

/// The memory has the size that the documentation states.
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
        let _ = consume(&store, client, &[window, rate], 1);
    }
    assert_eq!(store.bytes(), bytes);
}

/// No request slips through between two others, not even between the first two of a client.
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
                            let status = one(&store, client, quota, 1);
                            admitted.fetch_add(u64::from(!status.is_exceeded()), Ordering::Relaxed);
                        }
                    });
                }
            });
            assert_eq!(admitted.into_inner(), 1_000);
        }
    }
}

/// Limits that share a store and list their quotas in a different order do not deadlock.
#[test]
fn no_order_of_quotas_locks_up() {
    let store = MemoryStore::builder().capacity(8).build();
    let quotas = [Quota::per_day(9).with_name("a"), Quota::per_day(9).with_name("b")];
    let reversed = [quotas[1], quotas[0]];
    std::thread::scope(|scope| {
        for quotas in [&quotas, &reversed] {
            let store = &store;
            scope.spawn(move || {
                for client in 0..5_000 {
                    let _ = consume(store, client % 9, quotas, 1);
                }
            });
        }
    });
}

/// When a slot passes to another client while others read it, no client is ever charged twice for
/// it or admitted for free.
#[test]
fn a_crowd_of_newcomers_leaves_a_busy_client_alone() {
    let quota = Quota::per_day(100_000).with_burst(100_000);
    let store = Hands::default().store_of(7);
    let _ = one(&store, 0, quota, 50_000);
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
    assert!(store.evictions() > 40_000);
}

/// Several quotas are taken together or not at all, whatever other threads take from one of them.
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
                        let admitted = consume(&store, client, &[rate, window], 1).is_admitted();
                        both.fetch_add(admitted.into(), Ordering::Relaxed);
                        let admitted = consume(&store, client, &[rate], 1).is_admitted();
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
