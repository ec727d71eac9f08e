//! Log events for operators when Redis fails, occasionally or completely, and when it is back.

use std::time::{Duration, Instant};

use super::failure::Failure;
use crate::support::LogThrottle;

/// Logs one line when Redis begins to fail and one when it is back. If Redis fails and recovers
/// repeatedly, or if calls fail only occasionally, a line is logged every ten seconds at most.
#[derive(Debug)]
pub(super) struct OutageLog {
    is_logged: bool,
    outages: LogThrottle,
    hitches: Hitches,
}

/// The calls that failed while Redis was still being called.
#[derive(Debug, Default)]
struct Hitches {
    count: u64,
    since: Option<Instant>,
}

impl Default for OutageLog {
    fn default() -> Self {
        let outages = LogThrottle::every(Self::PAUSE);
        Self { is_logged: false, outages, hitches: Hitches::default() }
    }
}

impl OutageLog {
    const PAUSE: Duration = Duration::from_secs(10);

    /// Logs that Redis fails, unless that was already logged.
    pub(super) fn down(&mut self, failure: &Failure, now: Instant) {
        if self.begins_outage(now) {
            warn(failure);
        }
    }

    pub(super) fn up(&mut self) {
        if self.ends_outage() {
            inform();
        }
    }

    /// Logs that a call failed while Redis is still being called.
    pub(super) fn hitch(&mut self, failure: &Failure, now: Instant) {
        if let Some((count, time)) = self.due_hitches(now) {
            warn_of_hitches(failure, count, time);
        }
    }

    fn begins_outage(&mut self, now: Instant) -> bool {
        if self.is_logged || !self.outages.allows(now) {
            return false;
        }
        (self.is_logged, self.hitches) = (true, Hitches::default());
        true
    }

    /// Returns how many calls failed and in what time, once that time is ten seconds: the first
    /// failures may be the beginning of an outage, which is logged anyway.
    fn due_hitches(&mut self, now: Instant) -> Option<(u64, Duration)> {
        if self.is_logged {
            return None;
        }
        self.hitches.count += 1;
        let time = now.duration_since(*self.hitches.since.get_or_insert(now));
        if time < Self::PAUSE {
            return None;
        }
        let reported = std::mem::replace(&mut self.hitches, Hitches { count: 0, since: Some(now) });
        Some((reported.count, time))
    }

    fn ends_outage(&mut self) -> bool {
        std::mem::take(&mut self.is_logged)
    }
}

#[cfg(feature = "tracing")]
fn warn(failure: &Failure) {
    tracing::warn!(
        target: "definable_errors", %failure,
        "Redis fails; until it is back, rate limits are decided without it"
    );
}

#[cfg(feature = "tracing")]
fn warn_of_hitches(failure: &Failure, failures: u64, time: Duration) {
    tracing::warn!(
        target: "definable_errors", %failure, failures, seconds = time.as_secs(),
        "Redis fails now and then; those rate limits are decided without it"
    );
}

#[cfg(feature = "tracing")]
fn inform() {
    tracing::info!(target: "definable_errors", "Redis is back and decides rate limits again");
}

#[cfg(not(feature = "tracing"))]
const fn warn(_: &Failure) {}

#[cfg(not(feature = "tracing"))]
const fn warn_of_hitches(_: &Failure, _: u64, _: Duration) {}

#[cfg(not(feature = "tracing"))]
const fn inform() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_once_and_so_is_its_end() {
        let (mut outages, now) = (OutageLog::default(), Instant::now());
        assert!(!outages.ends_outage());
        assert!(outages.begins_outage(now));
        assert!(!outages.begins_outage(now + 100 * OutageLog::PAUSE));
        assert!(outages.ends_outage());
        assert!(!outages.ends_outage());
    }

    #[test]
    fn hitches_are_told_together_and_seldom() {
        let (mut outages, now) = (OutageLog::default(), Instant::now());
        let mut reported = Vec::new();
        for second in 0..25 {
            reported.extend(outages.due_hitches(now + Duration::from_secs(second)));
        }
        assert_eq!(reported, [(11, OutageLog::PAUSE), (10, OutageLog::PAUSE)]);
        assert!(outages.begins_outage(now));
        assert_eq!(outages.due_hitches(now + 100 * OutageLog::PAUSE), None);
        // Failures are counted anew once Redis is back.
        assert!(outages.ends_outage());
        assert_eq!(outages.due_hitches(now + 200 * OutageLog::PAUSE), None);
    }

    #[test]
    fn one_that_comes_and_goes_is_told_seldom() {
        let (mut outages, now) = (OutageLog::default(), Instant::now());
        assert!(outages.begins_outage(now) && outages.ends_outage());
        assert!(!outages.begins_outage(now + OutageLog::PAUSE / 2) && !outages.ends_outage());
        assert!(outages.begins_outage(now + OutageLog::PAUSE));
    }
}
