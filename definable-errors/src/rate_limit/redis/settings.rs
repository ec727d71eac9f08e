use std::sync::Arc;
use std::time::Duration;

use super::super::clock::Time;
use super::OnFailure;
use crate::rate_limit::{KeySeed, MonotonicClock};

/// The settings of a store.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) seed: KeySeed,
    pub(super) on_failure: OnFailure,
    pub(super) prefix: Arc<str>,
    pub(super) deadline: Duration,
    pub(super) in_flight: usize,
    /// The clock; `None` for the clock of Redis.
    pub(super) clock: Option<Time>,
}

impl Settings {
    pub(super) fn new(secret: &[u8], on_failure: OnFailure) -> Self {
        Self {
            seed: KeySeed::from_secret(secret),
            on_failure,
            prefix: "limit:".into(),
            deadline: Duration::from_millis(25),
            in_flight: 1024,
            clock: None,
        }
    }

    pub(super) fn with_clock(self, clock: impl MonotonicClock) -> Self {
        Self { clock: Some(Time::given(Arc::new(clock))), ..self }
    }

    /// Returns the time of a configured clock, or `None` if Redis provides the time. The clock's
    /// own time is used, because other processes have the same clock, but no more than a script can
    /// represent.
    pub(super) fn now(&self) -> Option<Duration> {
        self.clock.as_ref()?.given_time().map(|time| time.min(LATEST))
    }
}

/// 142 years: one window later, microseconds are still exact in the numbers of a script.
const LATEST: Duration = Duration::from_micros(1 << 52);

pub(super) fn now(time: &Time) -> Duration {
    Duration::from_nanos(time.now())
}
