use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How much time has passed since some moment that stays the same. A test gives a closure.
///
/// It should not go back. If it does, a client is asked to wait for a window at most, and nobody
/// gets more than once what was already used.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::Clock;
///
/// let stopped = || Duration::from_secs(7);
/// assert_eq!(stopped.elapsed(), Duration::from_secs(7));
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The time since then.
    fn elapsed(&self) -> Duration;
}

impl<F: Fn() -> Duration + Send + Sync + 'static> Clock for F {
    fn elapsed(&self) -> Duration {
        self()
    }
}

/// The processor's counter where it is even and never stops, else the system's monotonic clock; or
/// somebody's own.
#[derive(Clone)]
pub(super) enum Time {
    System { clock: quanta::Clock, start: u64 },
    Given(Arc<dyn Clock>),
}

impl Time {
    pub(super) fn system() -> Self {
        let clock = quanta::Clock::new();
        let start = clock.raw();
        Self::System { clock, start }
    }

    /// In nanoseconds; they last for centuries.
    pub(super) fn now(&self) -> u64 {
        match self {
            Self::System { clock, start } => clock.delta_as_nanos(*start, clock.raw()),
            Self::Given(clock) => nanoseconds(clock.elapsed()),
        }
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
            Self::Given(_) => "Time::Given",
        })
    }
}
