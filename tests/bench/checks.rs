//! The decision alone, without a request around it: nanoseconds of one check of ours and of governor's,
//! with few clients and with many, on one thread and on two.

use std::hint::black_box;
use std::net::Ipv4Addr;
use std::num::NonZeroU32;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use definable_errors::rate_limit::{MemoryStore, Quota, QuotaStore, Take, Verdict};
use governor::DefaultKeyedRateLimiter;

const CLIENTS: [u32; 3] = [1, 10_000, 1_000_000];
const THREADS: [u32; 2] = [1, 2];
const CHECKS: u32 = 200_000;
/// Taken in turns, so that whatever else the machine does meets all. The median counts: in the best
/// round of two threads they may not have met.
const ROUNDS: u32 = 31;

type Check = Box<dyn Fn(Ipv4Addr) -> bool + Sync>;

/// Prints the table; whether ours is the faster one everywhere.
pub(crate) fn report() -> bool {
    println!("| clients | threads | governor | **ours**, steady rate | **ours**, window |");
    println!("|--:|--:|--:|--:|--:|");
    let mut all_hold = true;
    for clients in CLIENTS {
        for threads in THREADS {
            let [theirs, rate, window] = measured(clients, threads);
            println!("| {clients} | {threads} | {theirs:.0} ns | {rate:.0} ns | {window:.0} ns |");
            all_hold &= rate < theirs;
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
            rounds.push(round(check, clients, threads, number * CHECKS));
        }
    }
    rounds.map(median)
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

/// The nanoseconds that one thread takes for one check.
fn round(check: &Check, clients: u32, threads: u32, from: u32) -> f64 {
    let barrier = Barrier::new(threads as usize);
    let run = |thread: u32| {
        barrier.wait();
        let start = Instant::now();
        for number in from..from + CHECKS {
            // Spread over all clients, in no order that a cache could guess.
            let client = (number.wrapping_mul(2_654_435_761) ^ (thread << 20)) % clients;
            black_box(check(Ipv4Addr::from_bits(client)));
        }
        start.elapsed()
    };
    let longest = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        let times = threads.into_iter().map(|thread| thread.join().expect("no check panics"));
        times.max().unwrap_or(Duration::ZERO)
    });
    longest.as_secs_f64() * 1e9 / f64::from(CHECKS)
}

fn governors() -> Check {
    let burst = NonZeroU32::new(60_000).expect("it is not zero");
    let quota = governor::Quota::per_minute(burst);
    let limiter = DefaultKeyedRateLimiter::<Ipv4Addr>::keyed(quota);
    Box::new(move |client| limiter.check_key(&client).is_ok())
}

fn ours(quota: Quota, clients: u32) -> Check {
    // Room for all of them and half as many again, as a hash map has.
    let store = MemoryStore::new().capacity(clients as usize * 3 / 2);
    let (quotas, seed) = ([quota], store.seed());
    store.open(&quotas);
    Box::new(move |client| {
        // As a limit by address makes it.
        let key = seed.key_of(&client.to_bits());
        match store.take(&Take::new(key, &quotas, 1)) {
            Verdict::Decided(decision) => decision.is_admitted(),
            Verdict::Failed(_) | Verdict::Later => false,
        }
    })
}
