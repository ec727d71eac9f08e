//! Replicas that share a quota.

use std::time::{Duration, Instant};

use definable_errors::rate_limit::{
    Algorithm, ConsumeOutcome, Consumption, Decision, Key, OnFailure, Quota, QuotaStore, RedisStore,
};
use futures_util::future::join_all;
use tokio::time::sleep_until;

use super::{SECRET, Server, admissions};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

/// The share of the load of each replica.
const SHARES: [u32; 8] = [13, 8, 5, 4, 3, 2, 1, 1];
const SECONDS: Duration = Duration::from_secs(5);
const QUOTAS: [(&str, Quota); 2] = [
    ("sliding window", Quota::new(5_000, SECONDS)),
    ("steady rate", Quota::new(5_000, SECONDS).with_burst(1_000).with_name("rate")),
];

/// Checks that replicas with a shared quota never admit more than it together, and hardly less.
pub(crate) fn replicas(gates: &mut Gates, settings: Settings) {
    let duration = settings.seconds(15, 1);
    let runtime = crate::runtime::two_threads();
    let server = Server::start();
    let loads = [("0.5", 500), ("0.95", 950), ("3", 3_000)];
    for (kind, quota) in QUOTAS {
        for (client, (times, rate)) in (1..).zip(loads) {
            let key = Key::from_bytes([client; 16]);
            let all = runtime.block_on(asked(&server, key, quota, rate, duration));
            judge(gates, &format!("12: 8 replicas, {kind}, {times} times the quota"), quota, &all);
        }
    }
}

/// A request: when it was sent, and when it was admitted by Redis' clock, if it was.
type Request = (Duration, Option<Duration>);

async fn asked(
    server: &Server,
    key: Key,
    quota: Quota,
    rate: u32,
    duration: Duration,
) -> Vec<Request> {
    let whole: u32 = SHARES.iter().sum();
    let start = Instant::now();
    let all = SHARES.map(|share| {
        let store = RedisStore::builder(server.url(), SECRET, OnFailure::Closed);
        let store = store.timeout(Duration::from_secs(20)).build().unwrap();
        let step = Duration::from_secs(1) * whole / (rate * share);
        tokio::spawn(replica(store, key, quota, step, start, duration))
    });
    let mut all: Vec<_> = join_all(all).await.into_iter().flat_map(Result::unwrap).collect();
    all.sort_unstable();
    all
}

async fn replica(
    store: RedisStore,
    key: Key,
    quota: Quota,
    step: Duration,
    start: Instant,
    duration: Duration,
) -> Vec<Request> {
    let mut requests = Vec::new();
    let mut due = Duration::ZERO;
    while due < duration {
        sleep_until((start + due).into()).await;
        let made = start.elapsed();
        requests.push((made, admitted(&store, key, quota).await));
        due += step;
    }
    requests
}

async fn admitted(store: &RedisStore, key: Key, quota: Quota) -> Option<Duration> {
    let quotas = [quota];
    let consumption = Consumption::new(key, &quotas, 1);
    let decision = match store.consume(&consumption) {
        ConsumeOutcome::Decided(decision) => decision,
        ConsumeOutcome::Failed(_) => panic!("Redis is there"),
        ConsumeOutcome::Deferred => store.consume_deferred(consumption).await.unwrap(),
    };
    decision.is_admitted().then(|| taken_at(&decision, quota))
}

/// Returns the time from the refund token, which contains nanoseconds; for a steady rate, without
/// what it consumed.
fn taken_at(decision: &Decision, quota: Quota) -> Duration {
    let mark = Duration::from_nanos(decision.statuses()[0].refund_token() & (u64::MAX >> 1));
    mark.saturating_sub(burst(quota).map_or(Duration::ZERO, |_| step(quota)))
}

/// Returns the burst of a steady rate.
const fn burst(quota: Quota) -> Option<u32> {
    match quota.algorithm() {
        Algorithm::Gcra { burst } => Some(burst),
        _ => None,
    }
}

fn step(quota: Quota) -> Duration {
    quota.window() / quota.limit()
}

fn judge(gates: &mut Gates, what: &str, quota: Quota, all: &[Request]) {
    let asked: Vec<_> = all.iter().map(|(made, _)| *made).collect();
    let mut admitted: Vec<_> = all.iter().filter_map(|(_, admitted)| *admitted).collect();
    admitted.sort_unstable();
    let count = u32::try_from(admitted.len()).unwrap();
    let (ideal, over) = match burst(quota) {
        Some(burst) => {
            let over = count - admissions::by_bucket(&admitted, burst, step(quota));
            (admissions::by_bucket(&asked, burst, step(quota)), over)
        }
        None => {
            let moments: Vec<_> = admitted.iter().map(|moment| [*moment; 2]).collect();
            let most = admissions::most_within(&moments, quota.window());
            let ideal = admissions::by_log(&asked, quota.limit(), quota.window());
            (ideal, most.saturating_sub(quota.limit()))
        }
    };
    note(format_args!(
        "{what}: {} asked, {count} admitted, {ideal} by an exact count",
        asked.len()
    ));
    gates.at_most(format_args!("{what}: too many"), Figure(over.into(), ""), 0.0);
    let under = 100.0 * (f64::from(ideal) - f64::from(count)).max(0.0) / f64::from(ideal);
    gates.fast(format_args!("{what}: too few"), Figure(under, "%"), 0.2);
}
