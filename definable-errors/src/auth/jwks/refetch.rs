//! The limits of the fetches that tokens cause.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A budget for the fetches that tokens of unknown origin may cause: a few at once, then one at a
/// time after an interval. It does not depend on what a fetch returns, so a flood of tokens cannot
/// bypass it.
#[derive(Debug)]
pub(super) struct Budget {
    burst: u32,
    every: Duration,
    left: u32,
    /// When the last fetch was returned to the budget.
    since: Instant,
}

impl Budget {
    pub(super) const fn new(burst: u32, every: Duration, now: Instant) -> Self {
        Self { burst, every, left: burst, since: now }
    }

    /// Takes one fetch from the budget, and returns whether there was one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        self.refill(now);
        let is_there = self.left > 0;
        self.left = self.left.saturating_sub(1);
        is_there
    }

    /// Returns the time until a fetch is available.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        match self.left {
            0 => self.every.saturating_sub(now.saturating_duration_since(self.since)),
            _ => Duration::ZERO,
        }
    }

    /// Returns whether the budget never allows a fetch.
    pub(super) const fn is_nothing(&self) -> bool {
        self.burst == 0
    }

    fn refill(&mut self, now: Instant) {
        while self.left < self.burst && now.saturating_duration_since(self.since) >= self.every {
            self.left += 1;
            self.since += self.every;
        }
        if self.left == self.burst {
            self.since = now;
        }
    }
}

/// The most recent key ids that were not found, remembered for a minute. Other ids are forgotten,
/// and then the budget decides.
#[derive(Debug, Default)]
pub(super) struct Unknown(VecDeque<(String, Instant)>);

impl Unknown {
    const MAX: usize = 128;
    const REMEMBERED: Duration = Duration::from_secs(60);

    pub(super) fn has(&self, id: &str, now: Instant) -> bool {
        let is_new = |at: &Instant| now.saturating_duration_since(*at) < Self::REMEMBERED;
        self.0.iter().any(|(known, at)| known == id && is_new(at))
    }

    pub(super) fn add(&mut self, id: &str, now: Instant) {
        if self.0.len() == Self::MAX {
            self.0.pop_front();
        }
        self.0.push_back((id.to_owned(), now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let (start, every) = (Instant::now(), Duration::from_secs(30));
        let mut budget = Budget::new(2, every, start);
        let taken = |budget: &mut Budget, seconds| {
            let now = start + Duration::from_secs(seconds);
            (0..10).filter(|_| budget.take(now)).count()
        };
        assert_eq!(taken(&mut budget, 5), 2);
        assert_eq!(budget.wait(start + Duration::from_secs(10)), Duration::from_secs(25));
        assert_eq!(taken(&mut budget, 34), 0);
        assert_eq!(taken(&mut budget, 35), 1);
        assert_eq!(taken(&mut budget, 66), 1);
        assert_eq!(taken(&mut budget, 10_000), 2);
    }

    #[test]
    fn no_pause_is_too_long() {
        let start = Instant::now();
        let mut budget = Budget::new(1, Duration::MAX, start);
        assert!(budget.take(start) && !budget.take(start + Duration::from_secs(9)));
        assert!(budget.wait(start) > Duration::from_secs(u32::MAX.into()));
    }

    #[test]
    fn the_last_few_are_remembered_for_a_minute() {
        let (mut unknown, start) = (Unknown::default(), Instant::now());
        for id in 0..200 {
            unknown.add(&id.to_string(), start);
        }
        assert_eq!(unknown.0.len(), 128);
        assert!(!unknown.has("71", start) && unknown.has("72", start) && unknown.has("199", start));
        assert!(unknown.has("199", start + Duration::from_secs(59)));
        assert!(!unknown.has("199", start + Duration::from_secs(60)));
    }
}
