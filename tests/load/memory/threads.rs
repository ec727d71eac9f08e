use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use definable_errors::rate_limit::{MemoryStore, Quota};

use super::{QUOTAS, is_admitted, key};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

const CLIENTS: u64 = 10_000;
const ROUNDS: usize = 7;

/// Gate 2: threads that ask at once do not wait much for each other.
pub(crate) fn threads(gates: &mut Gates, settings: Settings) {
    let checks = settings.pick(1_000_000, 100_000);
    for (kind, quota) in QUOTAS {
        let best = |threads| {
            (0..ROUNDS).map(|_| round(quota, checks, threads)).fold(f64::INFINITY, f64::min)
        };
        let (one, two) = (best(1), best(2));
        note(format_args!("{kind}: {one:.0} ns on one thread, {two:.0} ns on each of two"));
        let what = format!("2: a check on each of two threads, in those on one, {kind}");
        gates.fast(what, Figure(two / one, "times"), 2.0);
    }
}

/// The nanoseconds that one thread takes for one check.
fn round(quota: Quota, checks: u32, threads: usize) -> f64 {
    let store = MemoryStore::new();
    let barrier = Barrier::new(threads);
    let run = |thread: u64| {
        barrier.wait();
        let start = Instant::now();
        for number in 0..u64::from(checks) {
            // Spread over all clients, in no order that a cache could guess.
            let client = (number.wrapping_mul(2_654_435_761) ^ (thread << 20)) % CLIENTS;
            black_box(is_admitted(&store, key(client), &quota, 1));
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
