//! The clock by which limits count.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A clock that returns the time elapsed since a fixed moment. A test passes a closure.
///
/// Limits count durations, which changes of the system's date must not affect. What compares the
/// current time with a date has a [`Clock`](crate::context::Clock) instead.
///
/// It should not go backwards. If it does, a client is made to wait for at most one window, and no
/// client receives again what it already used.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::MonotonicClock;
///
/// let stopped = || Duration::from_secs(7);
/// assert_eq!(stopped.elapsed(), Duration::from_secs(7));
/// ```
pub trait MonotonicClock: Send + Sync + 'static {
    /// Returns the time elapsed since the fixed moment.
    fn elapsed(&self) -> Duration;
}

impl<F: Fn() -> Duration + Send + Sync + 'static> MonotonicClock for F {
    fn elapsed(&self) -> Duration {
        self()
    }
}

/// The processor's counter if it is synchronized and never stops, else the system's monotonic
/// clock; or a clock that the application provides.
#[derive(Clone)]
pub(super) enum Time {
    System { clock: quanta::Clock, start: u64 },
    Given { clock: Arc<dyn MonotonicClock>, start: Duration },
}

/// Times are kept below this, 292 years, so that a window can be added to each of them.
const LATEST: u64 = 1 << 63;

/// The latest time that a provided clock may have when it is set: from there it can go forwards for
/// 146 years, and backwards for as long.
const LATEST_START: Duration = Duration::from_nanos(1 << 62);

impl Time {
    pub(super) fn system() -> Self {
        let clock = quanta::Clock::new();
        let start = clock.raw();
        Self::System { clock, start }
    }

    /// Wraps a clock that the application provides. One that begins later than the numbers can
    /// represent is counted from a moment of its own.
    pub(super) fn given(clock: Arc<dyn MonotonicClock>) -> Self {
        let start = clock.elapsed().saturating_sub(LATEST_START);
        Self::Given { clock, start }
    }

    /// Returns the time of a provided clock, unchanged.
    #[cfg(feature = "redis")]
    pub(super) fn given_time(&self) -> Option<Duration> {
        match self {
            Self::System { .. } => None,
            Self::Given { clock, .. } => Some(clock.elapsed()),
        }
    }

    /// Returns the time in nanoseconds, which last for centuries; after that the time no longer
    /// advances.
    pub(super) fn now(&self) -> u64 {
        let now = match self {
            Self::System { clock, start } => clock.delta_as_nanos(*start, clock.raw()),
            Self::Given { clock, start } => nanoseconds(clock.elapsed().saturating_sub(*start)),
        };
        now.min(LATEST)
    }
}

pub(super) fn nanoseconds(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(duration.subsec_nanos()))
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System { .. } => "Time::System",
            Self::Given { .. } => "Time::Given",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_far_away_goes_on_and_one_that_leaps_stands_still() {
        let hands = Arc::new(std::sync::Mutex::new(Duration::from_nanos(u64::MAX - 5)));
        let clock = hands.clone();
        let time = Time::given(Arc::new(move || *clock.lock().unwrap()));
        let start = time.now();
        for seconds in [1, 60, 400 * 24 * 3600] {
            *hands.lock().unwrap() =
                Duration::from_nanos(u64::MAX - 5) + Duration::from_secs(seconds);
            assert_eq!(time.now() - start, seconds * 1_000_000_000);
        }
        *hands.lock().unwrap() = Duration::MAX;
        assert_eq!(time.now(), LATEST);
        *hands.lock().unwrap() = Duration::ZERO;
        assert_eq!(time.now(), 0);
    }

    #[test]
    fn a_clock_that_begins_early_is_not_changed() {
        let time = Time::given(Arc::new(|| Duration::from_secs(7)));
        assert_eq!(time.now(), 7_000_000_000);
    }
}
