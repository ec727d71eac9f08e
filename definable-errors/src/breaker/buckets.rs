//! Counts of the calls of the last ten seconds.

use std::time::Instant;

/// The number of calls, and of those that failed or were slow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) calls: u32,
    pub(super) failed: u32,
    pub(super) slow: u32,
}

/// One count for each of the last ten seconds, in a ring.
#[derive(Debug, Clone)]
pub(super) struct Buckets {
    start: Instant,
    /// The second of the newest bucket, counted from the start.
    newest: u64,
    counts: [Counts; Self::COUNT],
}

impl Buckets {
    const COUNT: usize = 10;
    const SECONDS: u64 = Self::COUNT as u64;

    pub(super) fn new(now: Instant) -> Self {
        Self { start: now, newest: 0, counts: [Counts::default(); Self::COUNT] }
    }

    /// Returns the bucket of the current second.
    pub(super) fn current(&mut self, now: Instant) -> &mut Counts {
        self.advance(now);
        &mut self.counts[Self::index(self.newest)]
    }

    /// Returns the sum of all buckets.
    pub(super) fn total(&mut self, now: Instant) -> Counts {
        self.advance(now);
        self.counts.iter().fold(Counts::default(), |sum, one| Counts {
            calls: sum.calls.saturating_add(one.calls),
            failed: sum.failed.saturating_add(one.failed),
            slow: sum.slow.saturating_add(one.slow),
        })
    }

    /// Clears the buckets of the seconds that have passed since the newest one. A time before it,
    /// which another thread may have read earlier, counts as the newest second.
    fn advance(&mut self, now: Instant) {
        let second = now.saturating_duration_since(self.start).as_secs();
        let passed = second.saturating_sub(self.newest).min(Self::SECONDS);
        for back in 0..passed {
            self.counts[Self::index(second - back)] = Counts::default();
        }
        self.newest = self.newest.max(second);
    }

    const fn index(second: u64) -> usize {
        (second % Self::SECONDS) as usize
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn calls_are_forgotten_after_ten_seconds() {
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        let mut buckets = Buckets::new(start);
        for second in 0..20 {
            buckets.current(at(second * 1000)).calls += 1;
            let seen = u32::try_from(second + 1).unwrap().min(10);
            assert_eq!(buckets.total(at(second * 1000 + 999)).calls, seen, "{second}");
        }
        assert_eq!(buckets.total(at(27_999)).calls, 2);
        assert_eq!(buckets.total(at(28_000)).calls, 1);
        assert_eq!(buckets.total(at(29_000)).calls, 0);
        // A time before the newest one changes nothing.
        buckets.current(at(1)).failed += 1;
        assert_eq!(buckets.total(at(29_000)), Counts { failed: 1, ..Counts::default() });
        assert_eq!(buckets.total(at(1_000_000)), Counts::default());
    }
}
