//! Clients that come and go: no call waits for a cleanup.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use definable_errors::rate_limit::{Key, MemoryStore, Quota};
use support::latencies::{Latencies, microseconds};

use super::{QUOTAS, is_admitted, key};
use crate::gates::{Figure, Gates, note};
use crate::settings::Settings;

/// The number of rounds, of which the best counts, because other work only ever adds to the time.
const ROUNDS: usize = 20;
const BATCH: usize = 1_000;

/// Checks that no call waits for a cleanup, because the store has none.
pub(crate) fn churn(gates: &mut Gates, settings: Settings) {
    let checks = settings.pick(1_000_000, 100_000);
    for (kind, quota) in QUOTAS {
        for (threads, neighbour) in
            [("one thread", Neighbour::None), ("two threads", Neighbour::Busy)]
        {
            let rounds = (0..ROUNDS).map(|_| round(quota, checks, neighbour));
            let best = rounds.min_by_key(|latencies| latencies.of_10_000(9_999)).unwrap();
            let what = format!("3: a check while all keys are new, {kind}, {threads}");
            note(format_args!("{what}: {best}"));
            let p9999 = microseconds(best.of_10_000(9_999));
            gates.fast(format_args!("{what}, p99.99"), Figure(p9999, "µs"), 50.0);
        }
    }
}

/// The other user of the same store during the measurement.
#[derive(Clone, Copy)]
enum Neighbour {
    None,
    Busy,
}

fn round(quota: Quota, checks: u32, neighbour: Neighbour) -> Latencies {
    let store = MemoryStore::new();
    // The table is full before the measurement starts.
    (0..200_000).for_each(|client| _ = is_admitted(&store, key(client), &quota, 1));
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        if let Neighbour::Busy = neighbour {
            scope.spawn(|| {
                let mut clients = 1 << 40..;
                while !is_over.load(Ordering::Relaxed) {
                    let client = clients.next().expect("there is always another client");
                    black_box(is_admitted(&store, key(client), &quota, 1));
                }
            });
        }
        let latencies = measured(&store, quota, checks);
        is_over.store(true, Ordering::Relaxed);
        latencies
    })
}

/// Measures checks, without those during which the system preempted the thread, which is the
/// machine's doing. A thread that waits for a lock yields by itself, so such waits are included.
fn measured(store: &MemoryStore, quota: Quota, checks: u32) -> Latencies {
    let mut latencies = Latencies::with_room_for(checks as usize);
    let mut clients = 1 << 32..;
    while latencies.count() < checks as usize {
        let before = preemptions();
        let batch = clients.by_ref().take(BATCH).map(|client| checked(store, key(client), &quota));
        let batch: Vec<_> = batch.collect();
        if preemptions() == before {
            latencies.extend(batch);
        }
    }
    latencies.sorted()
}

fn checked(store: &MemoryStore, key: Key, quota: &Quota) -> Duration {
    let start = Instant::now();
    black_box(is_admitted(store, key, quota, 1));
    start.elapsed()
}

/// Returns how often this thread was preempted.
fn preemptions() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let mut lines = status.lines();
    let count = lines.find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"));
    count.unwrap().trim().parse().unwrap()
}
