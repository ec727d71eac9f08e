//! The clock of everything that compares the current time with a date.

use std::time::SystemTime;

/// A clock that returns the current time. Every setting called `clock` takes one; a test passes a
/// closure in place of [`DefaultClock`].
///
/// Limits need durations rather than dates, and have a
/// `rate_limit::MonotonicClock`.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use definable_errors::context::Clock;
///
/// let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
/// let clock = move || noon;
/// assert_eq!(clock.now(), noon);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> SystemTime;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultClock;

impl Clock for DefaultClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

impl<F: Fn() -> SystemTime + Send + Sync + 'static> Clock for F {
    fn now(&self) -> SystemTime {
        self()
    }
}
