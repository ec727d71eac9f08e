use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// The system's monotonic clock, asked without a detour, or somebody's own.
#[derive(Clone)]
pub(super) enum Time {
    System(Instant),
    Given(Arc<dyn Clock>),
}

impl Time {
    pub(super) fn system() -> Self {
        Self::System(Instant::now())
    }

    /// In nanoseconds; they last for centuries.
    pub(super) fn now(&self) -> u64 {
        let elapsed = match self {
            Self::System(start) => start.elapsed(),
            Self::Given(clock) => clock.elapsed(),
        };
        nanoseconds(elapsed)
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
            Self::System(_) => "Time::System",
            Self::Given(_) => "Time::Given",
        })
    }
}
