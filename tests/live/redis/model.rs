use std::time::Duration;

use definable_errors::rate_limit::{Decision, MemoryStore, Quota, RedisStore, Take};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use super::clocks::Hands;
use super::{Server, ask, key, patient};

/// After so many microseconds somebody asks for so much.
type Trace = Vec<(u64, u32)>;

fn traces() -> impl Strategy<Value = Trace> {
    let pause = prop_oneof![Just(0), 1..50_000u64, 1..3_000_000u64];
    prop::collection::vec((pause, 0..4u32), 1..60)
}

fn check(
    test: impl AsyncFn(&Hands, &RedisStore, Quota, u128, Trace) -> TestCaseResult,
    quota: impl Strategy<Value = Quota>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Server::start();
    let hands = Hands::new();
    let store = hands.of(patient(&server.url()));
    let cases = (quota, any::<u64>(), traces());
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) });
    let result = runner.run(&cases, |(quota, client, trace)| {
        runtime.block_on(test(&hands, &store, quota, client.into(), trace))
    });
    result.unwrap();
}

/// The same, remembering nobody who has to wait: every decision is made in Redis.
fn asked(store: &RedisStore) -> RedisStore {
    store.clone().prefix("limit:")
}

// gate 9
#[test]
fn a_sliding_window_never_admits_more_than_its_limit_in_any_window() {
    let quotas = (1..12u32, 1000..4000u64)
        .prop_map(|(limit, window)| Quota::new(limit, Duration::from_millis(window)));
    check(keeps_to_the_log, quotas);
}

/// Against an exact log: what is admitted is no more than the limit in any window; what is refused
/// would have been too much in a window that is a sixtieth longer.
async fn keeps_to_the_log(
    hands: &Hands,
    store: &RedisStore,
    quota: Quota,
    client: u128,
    trace: Trace,
) -> TestCaseResult {
    let quotas = [quota];
    let mut log: Vec<(Duration, u32)> = Vec::new();
    for (pause, cost) in trace {
        hands.forward(Duration::from_micros(pause));
        let (take, now) = (Take::new(key(client), &quotas, cost), hands.now());
        let taken_within = |time: Duration| -> u32 {
            log.iter().filter(|(at, _)| now - *at < time).map(|(_, cost)| cost).sum()
        };
        let cost = take.cost_of(&quota);
        let decision = ask(&asked(store), take).await.unwrap();
        if decision.is_admitted() {
            prop_assert!(taken_within(quota.window()) + cost <= quota.limit());
            log.push((now, cost));
        } else {
            let longer = quota.window() * 60 / 59 + Duration::from_micros(60);
            prop_assert!(taken_within(longer) + cost > quota.limit());
            wait_is_right(hands, store, take, &decision).await?;
            log.push((hands.now(), cost));
        }
    }
    Ok(())
}

/// gate 10: a microsecond before the wait is over is too early, and then it is not.
async fn wait_is_right(
    hands: &Hands,
    store: &RedisStore,
    take: Take<'_>,
    decision: &Decision,
) -> TestCaseResult {
    hands.forward(decision.standings()[0].wait() - Duration::from_micros(1));
    prop_assert!(!ask(&asked(store), take).await.unwrap().is_admitted());
    hands.forward(Duration::from_micros(1));
    prop_assert!(ask(&asked(store), take).await.unwrap().is_admitted());
    Ok(())
}

// gate 9
#[test]
fn a_steady_rate_is_that_of_the_memory_store_to_the_nanosecond() {
    let quotas = (1..1000u32, 1000..5000u64, 1..20u32).prop_map(|(limit, window, burst)| {
        Quota::new(limit, Duration::from_millis(window)).with_burst(burst.min(limit))
    });
    check(is_the_same_as_in_memory, quotas);
}

async fn is_the_same_as_in_memory(
    hands: &Hands,
    store: &RedisStore,
    quota: Quota,
    client: u128,
    trace: Trace,
) -> TestCaseResult {
    let same = hands.clone();
    let memory = MemoryStore::new().clock(move || same.now());
    let quotas = [quota];
    for (pause, cost) in trace {
        hands.forward(Duration::from_micros(pause));
        let take = Take::new(key(client), &quotas, cost);
        let redis = ask(&asked(store), take).await.unwrap();
        let memory = ask(&memory, take).await.unwrap();
        let [redis, memory] = [redis, memory].map(|decision| decision.standings()[0].with_mark(0));
        prop_assert_eq!(redis, memory);
    }
    Ok(())
}
