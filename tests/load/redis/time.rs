use std::time::Duration;

use definable_errors::rate_limit::{Key, OnFailure, Quota, QuotaStore, RedisStore, Take};

use super::{SECRET, Server};
use crate::gates::{Figure, Gates};
use crate::settings::Settings;

const WINDOW: Quota = Quota::per_minute(100_000);
const RATE: Quota = Quota::per_second(1_000_000).with_burst(1_000).named("rate");

/// The best of some rounds: what else the machine does only ever adds.
const ROUNDS: u32 = 25;

/// What a decision takes of Redis itself, as Redis counts it.
pub(crate) fn time(gates: &mut Gates, settings: Settings) {
    let calls = settings.pick(2_000, 100);
    for (what, quotas, is_known, gate) in [
        ("steady rate, ten clients", &[RATE][..], true, 20.0),
        ("steady rate, new clients", &[RATE], false, 20.0),
        ("sliding window, ten clients", &[WINDOW], true, 40.0),
        ("sliding window, new clients", &[WINDOW], false, 40.0),
        ("both, ten clients", &[WINDOW, RATE], true, 60.0),
    ] {
        let clients = if is_known { 10 } else { u32::MAX };
        let best = best(quotas, calls, clients);
        gates.fast(format_args!("Redis' time for a decision, {what}"), Figure(best, "µs"), gate);
    }
}

fn best(quotas: &[Quota], calls: u32, clients: u32) -> f64 {
    let server = Server::start();
    let store = RedisStore::connect(&server.url(), SECRET, OnFailure::Closed).unwrap();
    let store = store.deadline(Duration::from_secs(20));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rounds = (0..ROUNDS).map(|round| {
        let _: String = server.ask(&["CONFIG", "RESETSTAT"]);
        let all = (round * calls..(round + 1) * calls).map(|call| call % clients);
        runtime.block_on(ask(&store, quotas, all));
        server.usage("evalsha").1
    });
    rounds.fold(f64::INFINITY, f64::min)
}

async fn ask(store: &RedisStore, quotas: &[Quota], clients: impl Iterator<Item = u32>) {
    for client in clients {
        let key = Key::from_bytes(u128::from(client).to_be_bytes());
        let decision = store.take_later(Take::new(key, quotas, 1)).await.unwrap();
        assert!(decision.is_admitted());
    }
}
