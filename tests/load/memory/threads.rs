use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use definable_errors::rate_limit::{MemoryStore, Quota};

use super::{is_admitted, key};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

const CLIENTS: u64 = 10_000;
/// Short ones, and the best of them: in some of them nobody else wants a processor.
const ROUNDS: usize = 100;
const QUOTAS: [(&str, Quota); 2] = [
    ("sliding window", Quota::per_hour(60_000)),
    ("steady rate", Quota::per_hour(60_000).with_burst(60_000).named("rate")),
];

/// Gate 2: threads that ask at once do not wait much for each other.
pub(crate) fn threads(gates: &mut Gates, settings: Settings) {
    let checks = settings.pick(100_000, 20_000);
    for (kind, quota) in QUOTAS {
        let store = MemoryStore::new();
        let best = |threads| {
            let rounds = (0..ROUNDS).map(|_| round(&store, quota, checks, threads));
            rounds.fold(f64::INFINITY, f64::min)
        };
        let (one, two) = (best(1), best(2));
        note(format_args!("{kind}: {one:.0} ns on one thread, {two:.0} ns on each of two"));
        let what = format!("2: a check on each of two threads, in those on one, {kind}");
        gates.fast(what, Figure(two / one, "times"), 2.0);
    }
}

/// The nanoseconds that one thread takes for one check.
fn round(store: &MemoryStore, quota: Quota, checks: u32, threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let run = |thread: u64| {
        barrier.wait();
        let start = Instant::now();
        for number in 0..u64::from(checks) {
            // Spread over all clients, in no order that a cache could guess.
            let client = (number.wrapping_mul(2_654_435_761) ^ (thread << 20)) % CLIENTS;
            black_box(is_admitted(store, key(client), &quota, 1));
        }
        start.elapsed()
    };
    let longest = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads as u64).map(|it| scope.spawn(move || run(it))).collect();
        let times = threads.into_iter().map(|thread| thread.join().unwrap());
        times.max().unwrap_or(Duration::ZERO)
    });
    longest.as_secs_f64() * 1e9 / f64::from(checks)
}
