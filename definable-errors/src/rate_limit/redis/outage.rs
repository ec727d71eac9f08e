//! Outages of Redis: when to stop calling it, and what operators read about it.

use std::time::{Duration, Instant};

use super::script::Failure;
use crate::support::LogThrottle;

/// A circuit breaker, which opens after five failures in a row, or when half of the last twenty
/// calls failed, but only if that lasts for a moment. With many concurrent calls, a single hitch is
/// a failure of all calls in progress.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    is_open: bool,
    in_a_row: u32,
    /// One bit for each of the last calls, set for a failure.
    last: u32,
    calls: u32,
    /// The time of the first failure after twenty successful calls.
    since: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Answer,
    Failure,
}

impl Breaker {
    const IN_A_ROW: u32 = 5;
    const LAST: u32 = 20;
    const OF_LAST: u32 = Self::LAST / 2;
    const A_MOMENT: Duration = Duration::from_millis(100);

    /// Returns whether the breaker is open, so that no calls are made.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Records how a call ended, and returns whether that opened the breaker. The results of calls
    /// that were in progress when it opened are ignored.
    pub(super) fn record(&mut self, outcome: Outcome, now: Instant) -> bool {
        if self.is_open {
            return false;
        }
        let is_failure = outcome == Outcome::Failure;
        if is_failure && self.last == 0 {
            self.since = Some(now);
        }
        self.in_a_row = if is_failure { self.in_a_row + 1 } else { 0 };
        self.last = ((self.last << 1) | u32::from(is_failure)) & ((1 << Self::LAST) - 1);
        self.calls = (self.calls + 1).min(Self::LAST);
        let is_half = self.calls == Self::LAST && self.last.count_ones() >= Self::OF_LAST;
        let is_much = is_half || self.in_a_row >= Self::IN_A_ROW;
        // A successful call never opens the breaker, however many failures came before it.
        self.is_open = is_failure && is_much && self.lasts(now);
        self.is_open
    }

    fn lasts(&self, now: Instant) -> bool {
        self.since.is_some_and(|since| now.saturating_duration_since(since) >= Self::A_MOMENT)
    }

    /// Closes the breaker and clears its history.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }
}

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
    use super::Outcome::{Answer, Failure};
    use super::*;

    /// Returns which of these calls opens the breaker, if each takes `each` and follows the one
    /// before it.
    fn opens_at(outcomes: impl IntoIterator<Item = Outcome>, each: Duration) -> Option<usize> {
        let mut breaker = Breaker::default();
        let mut now = Instant::now();
        outcomes.into_iter().position(|outcome| {
            now += each;
            breaker.record(outcome, now)
        })
    }

    #[test]
    fn the_answers_after_a_hitch_do_not_open_it() {
        let mut breaker = Breaker::default();
        let (start, later) = (Instant::now(), Instant::now() + Breaker::A_MOMENT);
        let calls = [[(Failure, start); 100], [(Answer, later); 100]].concat();
        assert!(!calls.into_iter().any(|(outcome, now)| breaker.record(outcome, now)));
    }

    #[test]
    fn five_failures_in_a_row_open_it() {
        let second = Duration::from_secs(1);
        assert_eq!(opens_at([Failure; 9], second), Some(4));
        let four = [Failure, Failure, Failure, Failure, Answer, Failure];
        assert_eq!(opens_at(four, second), None);
    }

    #[test]
    fn half_of_twenty_opens_it_and_less_does_not() {
        let second = Duration::from_secs(1);
        assert_eq!(opens_at([Answer, Failure].into_iter().cycle().take(100), second), Some(19));
        let third = [Answer, Answer, Failure].into_iter().cycle();
        assert_eq!(opens_at(third.take(100), second), None);
    }

    #[test]
    fn a_hitch_does_not_open_it_whoever_waits_for_it() {
        let millisecond = Duration::from_millis(1);
        assert_eq!(opens_at([Failure; 100], millisecond), None);
        assert_eq!(opens_at([Failure; 102], millisecond), Some(100));
        let hitches = [[Failure; 60].as_slice(), &[Answer; 20]].concat();
        assert_eq!(opens_at(hitches.into_iter().cycle().take(1_000), millisecond), None);
    }

    #[test]
    fn while_it_is_open_nothing_counts_and_afterwards_it_begins_anew() {
        let mut breaker = Breaker::default();
        let (start, later) = (Instant::now(), Instant::now() + Breaker::A_MOMENT);
        for _ in 0..5 {
            breaker.record(Failure, start);
        }
        assert!(breaker.record(Failure, later) && breaker.is_open());
        assert!(!breaker.record(Failure, later) && !breaker.record(Answer, later));
        breaker.close();
        assert!(!breaker.is_open() && !breaker.record(Failure, later) && !breaker.is_open());
    }

    #[test]
    fn failure_is_logged_once_and_so_is_its_end() {
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
