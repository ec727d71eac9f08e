//! The time that a decision takes.

use std::time::Instant;

use definable_errors::rate_limit::{Consumption, Quota};
use support::latencies::Latencies;
use support::needs;

use super::{Server, ask, key, patient};

const CALLS: u64 = 2000;

/// Measures decisions about the given quotas, in turns for several clients.
#[expect(clippy::print_stdout, reason = "figures for who reads them")]
async fn measure(what: &str, quotas: &[Quota], clients: u64) {
    let server = Server::start();
    let store = patient(&server.url());
    let mut latencies = Latencies::default();
    for call in 0..CALLS {
        let consumption = Consumption::new(key((call % clients).into()), quotas, 1);
        let asked = Instant::now();
        assert!(ask(&store, consumption).await.unwrap().is_admitted());
        latencies.extend([asked.elapsed()]);
    }
    let latencies = latencies.sorted();
    let (calls, microseconds) = server.usage("evalsha");
    println!("{what}: {latencies}; {calls} round trips, {microseconds:.1} µs of Redis each");
    assert_eq!((calls, server.usage("eval").0), (CALLS, 1));
}

#[tokio::test]
async fn decision_costs_one_round_trip() {
    needs!(Redis);
    let window = Quota::per_second(CALLS.try_into().unwrap());
    let rate = Quota::per_second(1_000_000).with_burst(1000).with_name("rate");
    measure("sliding window, new clients", &[window], CALLS).await;
    measure("sliding window, ten clients", &[window], 10).await;
    measure("steady rate, ten clients", &[rate], 10).await;
    measure("both, ten clients", &[window, rate], 10).await;
}
