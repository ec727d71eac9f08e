use definable_errors::rate_limit::{Key, OnFailure, Quota, QuotaStore, RedisStore, Take};

use super::{SECRET, Server};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

const WINDOW: Quota = Quota::per_minute(100_000);
const RATE: Quota = Quota::per_second(1_000_000).with_burst(1_000).named("rate");

/// What a decision takes of Redis itself, as Redis counts it.
pub(crate) fn time(gates: &mut Gates, settings: Settings) {
    let calls = settings.pick(50_000, 2_000);
    for (what, quotas, clients, gate) in [
        ("steady rate, ten clients", &[RATE][..], 10, 20.0),
        ("steady rate, new clients", &[RATE], calls, 20.0),
        ("sliding window, ten clients", &[WINDOW], 10, 60.0),
        ("sliding window, new clients", &[WINDOW], calls, 60.0),
        ("both, ten clients", &[WINDOW, RATE], 10, 80.0),
    ] {
        let rounds = (0..3).map(|_| round(quotas, calls, clients));
        let best = rounds.fold(f64::INFINITY, f64::min);
        note(format_args!("{what}: {best:.1} µs"));
        gates.fast(format_args!("Redis' time for a decision, {what}"), Figure(best, "µs"), gate);
    }
}

fn round(quotas: &[Quota], calls: u32, clients: u32) -> f64 {
    let server = Server::start();
    let store = RedisStore::connect(&server.url(), SECRET, OnFailure::Closed).unwrap();
    let store = store.deadline(std::time::Duration::from_secs(20));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for call in 0..calls {
            let key = Key::from_bytes(u128::from(call % clients).to_be_bytes());
            let decision = store.take_later(Take::new(key, quotas, 1)).await.unwrap();
            assert!(decision.is_admitted());
        }
    });
    server.usage("evalsha").1
}
