//! What whoever runs the service has to know: that Redis fails, and that it is back.

use std::time::{Duration, Instant};

use super::failure::Failure;

/// One line when it begins to fail, one when it is back. A Redis that comes and goes is told of every
/// ten seconds at most.
#[derive(Debug, Default)]
pub(super) struct News {
    is_told: bool,
    told_at: Option<Instant>,
}

impl News {
    const PAUSE: Duration = Duration::from_secs(10);

    /// It fails, or does so still.
    pub(super) fn down(&mut self, failure: &Failure, now: Instant) {
        if self.has_to_tell_down(now) {
            warn(failure);
        }
    }

    pub(super) fn up(&mut self) {
        if self.has_to_tell_up() {
            inform();
        }
    }

    fn has_to_tell_down(&mut self, now: Instant) -> bool {
        let is_recent = self.told_at.is_some_and(|told_at| now < told_at + Self::PAUSE);
        if self.is_told || is_recent {
            return false;
        }
        *self = Self { is_told: true, told_at: Some(now) };
        true
    }

    fn has_to_tell_up(&mut self) -> bool {
        std::mem::take(&mut self.is_told)
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
fn inform() {
    tracing::info!(target: "definable_errors", "Redis is back and decides rate limits again");
}

#[cfg(not(feature = "tracing"))]
const fn warn(_: &Failure) {}

#[cfg(not(feature = "tracing"))]
const fn inform() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_once_and_so_is_its_end() {
        let (mut news, now) = (News::default(), Instant::now());
        assert!(!news.has_to_tell_up());
        assert!(news.has_to_tell_down(now));
        assert!(!news.has_to_tell_down(now + 100 * News::PAUSE));
        assert!(news.has_to_tell_up());
        assert!(!news.has_to_tell_up());
    }

    #[test]
    fn one_that_comes_and_goes_is_told_seldom() {
        let (mut news, now) = (News::default(), Instant::now());
        assert!(news.has_to_tell_down(now) && news.has_to_tell_up());
        assert!(!news.has_to_tell_down(now + News::PAUSE / 2) && !news.has_to_tell_up());
        assert!(news.has_to_tell_down(now + News::PAUSE));
    }
}
