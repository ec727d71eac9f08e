//! Threads that decide at the same time.

use std::hint::black_box;

use definable_errors::rate_limit::{MemoryStore, Quota};
use support::rounds::round;

use super::{is_admitted, key};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

const CLIENTS: u32 = 10_000;
/// The number of rounds. They are short, and the best counts, because some are undisturbed.
const ROUNDS: usize = 100;
const QUOTAS: [(&str, Quota); 2] = [
    ("sliding window", Quota::per_hour(60_000)),
    ("steady rate", Quota::per_hour(60_000).with_burst(60_000).with_name("rate")),
];

/// Checks that simultaneous threads hardly wait for each other.
pub(crate) fn threads(gates: &mut Gates, settings: Settings) {
    let checks = settings.pick(100_000, 20_000);
    for (kind, quota) in QUOTAS {
        let store = MemoryStore::new();
        let best = |threads| {
            let check = |number| {
                black_box(is_admitted(&store, key(u64::from(number % CLIENTS)), &quota, 1));
            };
            let rounds = (0..ROUNDS).map(|_| round(0..checks, threads, check));
            rounds.fold(f64::INFINITY, f64::min)
        };
        let (one, two) = (best(1), best(2));
        note(format_args!("{kind}: {one:.0} ns on one thread, {two:.0} ns on each of two"));
        let what = format!("2: a check on each of two threads, in those on one, {kind}");
        gates.fast(what, Figure(two / one, "times"), 2.0);
    }
}
