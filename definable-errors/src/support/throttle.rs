//! A limit on log lines about a condition that lasts.

use std::time::{Duration, Instant};

/// Allows one log line per interval.
#[derive(Debug)]
pub(crate) struct LogThrottle {
    interval: Duration,
    logged_at: Option<Instant>,
}

impl LogThrottle {
    /// Creates a throttle that allows its first line immediately.
    pub(crate) const fn every(interval: Duration) -> Self {
        Self { interval, logged_at: None }
    }

    /// Returns whether a line may be logged now. If so, the next interval begins.
    pub(crate) fn allows(&mut self, now: Instant) -> bool {
        let is_recent = |logged_at| now.saturating_duration_since(logged_at) < self.interval;
        if self.logged_at.is_some_and(is_recent) {
            return false;
        }
        self.logged_at = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_logged_per_interval() {
        const INTERVAL: Duration = Duration::from_secs(10);
        let (mut throttle, start) = (LogThrottle::every(INTERVAL), Instant::now());
        let logged = (0..25).filter(|second| throttle.allows(start + Duration::from_secs(*second)));
        assert_eq!(logged.collect::<Vec<_>>(), [0, 10, 20]);
        let mut longest = LogThrottle::every(Duration::MAX);
        assert!(longest.allows(start) && !longest.allows(start + INTERVAL));
    }
}
