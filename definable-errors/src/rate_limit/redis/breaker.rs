/// Tells when to stop asking: after five failures in a row, or when half of the last twenty calls
/// failed.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    is_open: bool,
    in_a_row: u32,
    /// A bit for each of the last calls, set for a failure.
    last: u32,
    calls: u32,
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

    /// Whether nobody asks.
    pub(super) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Notes how a call ended; whether that opened it. What was under way when it opened says
    /// nothing new.
    pub(super) fn record(&mut self, outcome: Outcome) -> bool {
        if self.is_open {
            return false;
        }
        let is_failure = outcome == Outcome::Failure;
        self.in_a_row = if is_failure { self.in_a_row + 1 } else { 0 };
        self.last = (self.last << 1 | u32::from(is_failure)) & ((1 << Self::LAST) - 1);
        self.calls = (self.calls + 1).min(Self::LAST);
        let is_half = self.calls == Self::LAST && self.last.count_ones() >= Self::OF_LAST;
        self.is_open = is_half || self.in_a_row >= Self::IN_A_ROW;
        self.is_open
    }

    /// Begins anew.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Answer, Failure};
    use super::*;

    fn opens_at(outcomes: impl IntoIterator<Item = Outcome>) -> Option<usize> {
        let mut breaker = Breaker::default();
        outcomes.into_iter().position(|outcome| breaker.record(outcome))
    }

    #[test]
    fn five_failures_in_a_row_open_it() {
        assert_eq!(opens_at([Failure; 9]), Some(4));
        assert_eq!(opens_at([Failure, Failure, Failure, Failure, Answer, Failure]), None);
    }

    #[test]
    fn half_of_twenty_opens_it_and_less_does_not() {
        assert_eq!(opens_at([Answer, Failure].into_iter().cycle().take(100)), Some(19));
        assert_eq!(opens_at([Answer, Answer, Failure].into_iter().cycle().take(100)), None);
    }

    #[test]
    fn while_it_is_open_nothing_counts_and_afterwards_it_begins_anew() {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            breaker.record(Failure);
        }
        assert!(!breaker.record(Failure) && !breaker.record(Answer) && breaker.is_open());
        breaker.close();
        assert!(!breaker.is_open() && !breaker.record(Failure) && !breaker.is_open());
    }
}
