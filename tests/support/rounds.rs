//! The time of a check on several threads at once.

use std::ops::Range;
use std::sync::Barrier;
use std::time::{Duration, Instant};

/// Returns the nanoseconds that one thread takes for one check. The checks get numbers spread over
/// their whole range, in an order that no cache can predict.
pub fn round(checks: Range<u32>, threads: u32, check: impl Fn(u32) + Sync) -> f64 {
    let barrier = Barrier::new(threads as usize);
    let run = |thread: u32| {
        barrier.wait();
        let start = Instant::now();
        for number in checks.clone() {
            check(number.wrapping_mul(2_654_435_761) ^ (thread << 20));
        }
        start.elapsed()
    };
    let run = &run;
    let longest = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || run(thread))).collect();
        let times = threads.into_iter().map(|thread| thread.join().expect("no check panics"));
        times.max().unwrap_or(Duration::ZERO)
    });
    longest.as_secs_f64() * 1e9 / f64::from(checks.end - checks.start)
}
