use std::sync::Arc;
use std::time::Duration;

use super::super::clock::Time;
use super::OnFailure;
use crate::rate_limit::{Clock, KeySeed};

/// What a store was told.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) seed: KeySeed,
    pub(super) on_failure: OnFailure,
    pub(super) prefix: Arc<str>,
    pub(super) deadline: Duration,
    pub(super) in_flight: usize,
    /// That of Redis, where there is none.
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

    pub(super) fn with_clock(self, clock: impl Clock) -> Self {
        Self { clock: Some(Time::given(Arc::new(clock))), ..self }
    }

    /// What time it is, where it is not Redis that knows: by the clock itself, since other processes
    /// have it too, and no later than the numbers of a script reach.
    pub(super) fn now(&self) -> Option<Duration> {
        self.clock.as_ref()?.given_time().map(|time| time.min(LATEST))
    }
}

/// 142 years: a window later, microseconds are still exact in the numbers of a script.
const LATEST: Duration = Duration::from_micros(1 << 52);

pub(super) fn now(time: &Time) -> Duration {
    Duration::from_nanos(time.now())
}
