//! Redis and the store in memory decide alike.

use std::cell::Cell;
use std::time::Duration;

use definable_errors::rate_limit::{Consumption, Decision, MemoryStore, Quota, RedisStoreBuilder};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use support::needs;

use super::clocks::Hands;
use super::{Server, ask, key, patient_builder};

/// Requests, each as a pause in microseconds before it, and its cost.
type Trace = Vec<(i64, u32)>;

fn traces() -> impl Strategy<Value = Trace> {
    prop::collection::vec((pauses(), 0..4u32), 1..60)
}

fn pauses() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), 1..50_000i64, 1..3_000_000i64]
}

/// Generates traces in which the clock is set back, too.
fn jumping_traces() -> impl Strategy<Value = Trace> {
    let back = prop_oneof![-50_000..0i64, -9_000_000..0i64];
    prop::collection::vec((prop_oneof![5 => pauses(), 1 => back], 0..4u32), 1..60)
}

/// A client. Each case has one of its own, so that none finds what another consumed.
struct Client<'a> {
    hands: &'a Hands,
    store: &'a RedisStoreBuilder,
    number: u128,
    quotas: [Quota; 1],
}

impl Client<'_> {
    const fn quota(&self) -> Quota {
        self.quotas[0]
    }

    fn consumption(&self, cost: u32) -> Consumption<'_> {
        Consumption::new(key(self.number), &self.quotas, cost)
    }

    /// Sends a request through a new store, which has no cached rejections: Redis makes every
    /// decision.
    async fn ask(&self, cost: u32) -> Decision {
        let new = self.store.clone().build().unwrap();
        ask(&new, self.consumption(cost)).await.unwrap()
    }
}

fn check(
    test: &impl AsyncFn(&Client<'_>, Trace) -> TestCaseResult,
    quota: impl Strategy<Value = Quota>,
    traces: impl Strategy<Value = Trace>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Server::start();
    let hands = Hands::new();
    let store = hands.builder(patient_builder(&server.url()));
    let clients = Cell::new(0);
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(64) });
    let result = runner.run(&(quota, traces), |(quota, trace)| {
        clients.set(clients.get() + 1);
        let (number, quotas) = (clients.get(), [quota]);
        let client = Client { hands: &hands, store: &store, number, quotas };
        runtime.block_on(test(&client, trace))
    });
    result.unwrap();
}

#[test]
fn sliding_window_never_admits_more_than_its_limit_in_any_window() {
    needs!(Redis);
    check(&keeps_to_the_log, windows(), traces());
}

#[test]
fn clock_that_goes_back_refunds_nothing_and_delays_no_client_for_longer() {
    needs!(Redis);
    check(&keeps_to_the_log, windows(), jumping_traces());
}

fn windows() -> impl Strategy<Value = Quota> {
    (1..12u32, 1000..4000u64)
        .prop_map(|(limit, window)| Quota::new(limit, Duration::from_millis(window)))
}

/// What was consumed, and when. Entries in the future count as new.
#[derive(Default)]
struct Log {
    taken: Vec<(Duration, u32)>,
    /// The log without entries that expired once: whether those count again is left open.
    surely: Vec<(Duration, u32)>,
}

impl Log {
    fn add(&mut self, now: Duration, cost: u32) {
        self.taken.push((now, cost));
        self.surely.push((now, cost));
    }

    fn look(&mut self, now: Duration, window: Duration) {
        for (at, _) in self.taken.iter_mut().chain(&mut self.surely) {
            *at = now.min(*at);
        }
        self.surely.retain(|(at, _)| now.saturating_sub(*at) < window);
    }

    fn at_least(&self) -> u32 {
        self.surely.iter().map(|(_, cost)| cost).sum()
    }

    fn at_most(&self, now: Duration, time: Duration) -> u32 {
        self.taken
            .iter()
            .filter(|(at, _)| now.saturating_sub(*at) < time)
            .map(|(_, cost)| cost)
            .sum()
    }
}

/// Compares with an exact log: no window admits more than the limit, and what is rejected would
/// have exceeded the limit of a window that is a sixtieth longer.
async fn keeps_to_the_log(client: &Client<'_>, trace: Trace) -> TestCaseResult {
    let (hands, quota) = (client.hands, client.quota());
    let longer = quota.window() * 60 / 59 + Duration::from_micros(60);
    let mut log = Log::default();
    for (pause, cost) in trace {
        hands.turn(pause);
        let now = hands.now();
        log.look(now, quota.window());
        let counted = client.consumption(cost).cost_of(&quota);
        let decision = client.ask(cost).await;
        if decision.is_admitted() {
            prop_assert!(log.at_least() + counted <= quota.limit());
        } else {
            let wait = decision.statuses()[0].wait();
            prop_assert!(log.at_most(now, longer) + counted > quota.limit());
            prop_assert!(wait <= longer);
            wait_is_right(client, cost, wait).await?;
            log.look(hands.now(), quota.window());
        }
        log.add(hands.now(), counted);
    }
    Ok(())
}

/// Asserts that the client is rejected a microsecond before the wait is over, and admitted after
/// it.
async fn wait_is_right(client: &Client<'_>, cost: u32, wait: Duration) -> TestCaseResult {
    client.hands.forward(wait.saturating_sub(Duration::from_micros(1)));
    prop_assert!(!client.ask(cost).await.is_admitted());
    client.hands.forward(Duration::from_micros(1));
    prop_assert!(client.ask(cost).await.is_admitted());
    Ok(())
}

#[test]
fn admitted_client_that_waits_as_long_as_announced_has_its_whole_quota() {
    needs!(Redis);
    check(&has_all_of_it_after_the_wait, prop_oneof![windows(), rates()], traces());
}

async fn has_all_of_it_after_the_wait(client: &Client<'_>, trace: Trace) -> TestCaseResult {
    let quota = client.quota();
    // Steps of a rate are whole nanoseconds, while the clock has microseconds.
    let longest = quota.window() + Duration::from_micros(1 + u64::from(quota.limit()));
    for (pause, cost) in trace {
        client.hands.turn(pause);
        let decision = client.ask(cost.max(1)).await;
        let status = decision.statuses()[0];
        if decision.is_admitted() && status.remaining() == 0 {
            prop_assert!(status.reset_after() <= longest);
            client.hands.forward(status.reset_after() + Duration::from_nanos(999));
            prop_assert!(client.ask(quota.capacity()).await.is_admitted());
        }
    }
    Ok(())
}

#[test]
fn steady_rate_equals_that_of_the_memory_store_to_the_nanosecond() {
    needs!(Redis);
    check(&is_the_same_as_in_memory, rates(), traces());
}

fn rates() -> impl Strategy<Value = Quota> {
    (1..1000u32, 1000..5000u64, 1..20u32).prop_map(|(limit, window, burst)| {
        Quota::new(limit, Duration::from_millis(window)).with_burst(burst.min(limit))
    })
}

async fn is_the_same_as_in_memory(client: &Client<'_>, trace: Trace) -> TestCaseResult {
    let same = client.hands.clone();
    let memory = MemoryStore::builder().monotonic_clock(move || same.now()).build();
    for (pause, cost) in trace {
        client.hands.turn(pause);
        let redis = client.ask(cost).await;
        let memory = ask(&memory, client.consumption(cost)).await.unwrap();
        let [redis, memory] =
            [redis, memory].map(|decision| decision.statuses()[0].with_refund_token(0));
        prop_assert_eq!(redis, memory);
    }
    Ok(())
}

#[test]
fn clock_that_goes_back_refunds_nothing_of_a_steady_rate() {
    needs!(Redis);
    check(&keeps_what_was_used, rates(), jumping_traces());
}

/// Asserts that no used quota is refunded. The memory store's clock is never set back, so the test
/// does not compare with it.
async fn keeps_what_was_used(client: &Client<'_>, trace: Trace) -> TestCaseResult {
    let quota = client.quota();
    let step = quota.window() / quota.limit() + Duration::from_nanos(1);
    let longest = step * quota.capacity();
    let mut left = quota.capacity();
    for (pause, cost) in trace {
        client.hands.turn(pause);
        let status = client.ask(cost).await.statuses()[0];
        prop_assert!(pause > 0 || status.remaining() <= left);
        prop_assert!(status.reset_after() <= longest && status.wait() <= longest);
        left = status.remaining();
    }
    Ok(())
}
