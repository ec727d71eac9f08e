//! The decision alone, without a request around it: nanoseconds of one check of ours and of
//! governor's, with few clients and with many, on one thread and on two.

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::num::NonZeroU32;

use definable_errors::rate_limit::{ConsumeOutcome, Consumption, MemoryStore, Quota, QuotaStore};
use governor::DefaultKeyedRateLimiter;
use support::rounds::round;

use crate::measure::median;

const CLIENTS: [u32; 3] = [1, 10_000, 1_000_000];
const THREADS: [u32; 2] = [1, 2];
/// The gate for both algorithms with up to 10,000 clients, in nanoseconds. With more clients the
/// result depends on the memory of the machine. governor's share has no gate: on some machines it is
/// faster than both, on others slower.
const GATE: f64 = 120.0;
const CHECKS: u32 = 200_000;
/// The number of rounds, taken in turns, so that other work on the machine affects all. The median
/// counts, because the two threads of the best round may not have contended.
const ROUNDS: u32 = 31;

type Check = Box<dyn Fn(Ipv4Addr) -> bool + Sync>;

/// Prints the table, and returns whether both algorithms meet the gate.
pub(crate) fn report() -> bool {
    println!("| clients | threads | governor | **ours**, steady rate | **ours**, window |");
    println!("|--:|--:|--:|--:|--:|");
    let mut all_hold = true;
    for clients in CLIENTS {
        for threads in THREADS {
            let [theirs, rate, window] = measured(clients, threads);
            println!("| {clients} | {threads} | {theirs:.0} ns | {rate:.0} ns | {window:.0} ns |");
            all_hold &= clients > 10_000 || rate.max(window) <= GATE;
        }
    }
    all_hold
}

fn measured(clients: u32, threads: u32) -> [f64; 3] {
    let window = Quota::per_minute(60_000);
    let all = [governors(), ours(window.with_burst(60_000), clients), ours(window, clients)];
    let mut rounds: [Vec<f64>; 3] = Default::default();
    for number in 0..ROUNDS {
        for (check, rounds) in all.iter().zip(&mut rounds) {
            let checks = number * CHECKS..(number + 1) * CHECKS;
            rounds.push(round(checks, threads, |number| {
                black_box(check(Ipv4Addr::from_bits(number % clients)));
            }));
        }
    }
    rounds.map(median)
}

fn governors() -> Check {
    let burst = NonZeroU32::new(60_000).expect("it is not zero");
    let quota = governor::Quota::per_minute(burst);
    let limiter = DefaultKeyedRateLimiter::<Ipv4Addr>::keyed(quota);
    Box::new(move |client| limiter.check_key(&client).is_ok())
}

fn ours(quota: Quota, clients: u32) -> Check {
    // The capacity is half as much again as the number of clients, as in a hash map.
    let store = MemoryStore::builder().capacity(clients as usize * 3 / 2).build();
    let (quotas, seed) = ([quota], store.seed());
    store.open(&quotas);
    Box::new(move |client| {
        // A limit by address creates the key in the same way.
        let key = seed.key_of(&client.to_bits());
        match store.consume(&Consumption::new(key, &quotas, 1)) {
            ConsumeOutcome::Decided(decision) => decision.is_admitted(),
            ConsumeOutcome::Failed(_) | ConsumeOutcome::Deferred => false,
        }
    })
}
