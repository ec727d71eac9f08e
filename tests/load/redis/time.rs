//! The time that Redis itself needs for a decision.

use std::time::Duration;

use ::redis::Client;
use definable_errors::rate_limit::{Consumption, Key, OnFailure, Quota, QuotaStore, RedisStore};

use super::{SECRET, Server};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

const WINDOW: Quota = Quota::per_minute(100_000);
const RATE: Quota = Quota::per_second(1_000_000).with_burst(1_000).with_name("rate");

/// The smallest script that can count: it reads the time and the old value, and writes the new one.
const LEAST: &str = "local time = redis.call('TIME')
redis.call('GET', KEYS[1])
return redis.call('SET', KEYS[1], time[1], 'PX', 1000)";

/// The number of rounds, of which the best counts, because other work only ever adds to the time.
const ROUNDS: u32 = 25;

/// Measures the time that Redis itself counts for a decision, in units of the smallest script's.
pub(crate) fn time(gates: &mut Gates, settings: Settings) {
    let calls = settings.pick(2_000, 100);
    for (what, quotas, is_known, gate) in [
        ("steady rate, ten clients", &[RATE][..], true, 3.5),
        ("steady rate, new clients", &[RATE], false, 3.5),
        ("sliding window, ten clients", &[WINDOW], true, 4.0),
        ("sliding window, new clients", &[WINDOW], false, 4.0),
        ("both, ten clients", &[WINDOW, RATE], true, 6.0),
    ] {
        let clients = if is_known { 10 } else { u32::MAX };
        let [decision, least] = best(quotas, calls, clients);
        note(format_args!("{what}: {decision:.1} µs, the least script {least:.1} µs"));
        let figure = Figure(decision / least, "least scripts");
        gates.fast(format_args!("Redis' time for a decision, {what}"), figure, gate);
    }
}

/// Returns the time in microseconds of a decision, and of the smallest script.
fn best(quotas: &[Quota], calls: u32, clients: u32) -> [f64; 2] {
    let server = Server::start();
    let store = RedisStore::builder(server.url(), SECRET, OnFailure::Closed);
    let store = store.timeout(Duration::from_secs(20)).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut connection = Client::open(server.url()).unwrap().get_connection().unwrap();
    let rounds = (0..ROUNDS).map(|round| {
        let _: String = server.ask(&["CONFIG", "RESETSTAT"]);
        let all = (round * calls..(round + 1) * calls).map(|call| call % clients);
        runtime.block_on(ask(&store, quotas, all));
        for _ in 0..calls {
            let least = ::redis::cmd("EVAL").arg(LEAST).arg(1).arg("least").exec(&mut connection);
            least.unwrap();
        }
        ["evalsha", "eval"].map(|command| server.usage(command).1)
    });
    rounds.fold([f64::INFINITY; 2], |best, round| [0, 1].map(|at| best[at].min(round[at])))
}

async fn ask(store: &RedisStore, quotas: &[Quota], clients: impl Iterator<Item = u32>) {
    for client in clients {
        let key = Key::from_bytes(u128::from(client).to_be_bytes());
        let decision = store.consume_deferred(Consumption::new(key, quotas, 1)).await.unwrap();
        assert!(decision.is_admitted());
    }
}
