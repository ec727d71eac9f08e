//! Waiting for what another thread or process does.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Calls `is_so` every 10 ms until it returns true, and returns how long that took.
///
/// # Panics
///
/// Panics if it still returns false after `limit`.
#[track_caller]
pub fn until(limit: Duration, mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < limit, "not within {limit:?}");
        sleep(Duration::from_millis(10));
    }
    start.elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_returns_once_the_condition_holds() {
        let mut calls = 0;
        let took = until(Duration::from_secs(60), || {
            calls += 1;
            calls == 3
        });
        assert!(calls == 3 && took >= Duration::from_millis(20), "{calls} calls in {took:?}");
    }

    #[test]
    #[should_panic(expected = "not within 1ms")]
    fn until_panics_after_its_limit() {
        until(Duration::from_millis(1), || false);
    }
}
