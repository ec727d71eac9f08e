//! The builder of a store, and the settings that it results in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::super::clock::Time;
use super::connection::SharedConnection;
use super::inner::Inner;
use super::{OnFailure, RedisStore, RedisUrlError};
use crate::rate_limit::{KeySeed, MonotonicClock};

/// The builder of a [`RedisStore`].
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::rate_limit::{OnFailure, RedisStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let store = RedisStore::builder("redis://127.0.0.1:1", b"a secret of all", OnFailure::Open)
///     .prefix("shop:")
///     .timeout(Duration::from_millis(10))
///     .build()?;
/// assert_eq!(store.health().decisions, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RedisStoreBuilder {
    url: String,
    settings: Settings,
}

impl RedisStoreBuilder {
    pub(super) fn new(url: String, secret: &[u8], on_failure: OnFailure) -> Self {
        let settings = Settings {
            seed: KeySeed::from_secret(secret),
            on_failure,
            prefix: "limit:".into(),
            timeout: Duration::from_millis(25),
            in_flight: 1024,
            clock: None,
        };
        Self { url, settings }
    }

    /// Sets the prefix of all keys; default `limit:`.
    ///
    /// # Panics
    ///
    /// Panics if `prefix` contains a brace: the text in the first braces of a key determines where
    /// a cluster stores it.
    pub fn prefix(mut self, prefix: &str) -> Self {
        assert!(!prefix.contains(['{', '}']), "the prefix of keys has no braces");
        self.settings.prefix = prefix.into();
        self
    }

    /// Limits how long a decision may take; default 25 milliseconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// Limits the number of calls in progress; default 1,024. [`OnFailure`] decides about requests
    /// beyond that.
    pub fn in_flight(mut self, calls: usize) -> Self {
        self.settings.in_flight = calls.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// Sets a clock in place of that of Redis, for tests. Processes whose clocks differ count
    /// wrongly.
    pub fn monotonic_clock(mut self, clock: impl MonotonicClock) -> Self {
        self.settings.clock = Some(Time::given(Arc::new(clock)));
        self
    }

    /// Builds the store. It connects when it is first needed, not in this method.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not that of a Redis server, or if TLS is required but not
    /// compiled in.
    pub fn build(self) -> Result<RedisStore, RedisUrlError> {
        let connection = Arc::new(SharedConnection::new(&self.url)?);
        Ok(RedisStore::from_inner(Inner::new(self.settings, connection)))
    }
}

/// The output has no URL, because that may contain a password.
impl fmt::Debug for RedisStoreBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStoreBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// The settings of a store.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) seed: KeySeed,
    pub(super) on_failure: OnFailure,
    pub(super) prefix: Arc<str>,
    pub(super) timeout: Duration,
    pub(super) in_flight: usize,
    /// The clock; `None` for the clock of Redis.
    pub(super) clock: Option<Time>,
}

impl Settings {
    /// Returns the time of a configured clock, or `None` if Redis provides the time. The clock's
    /// own time is used, because other processes have the same clock, but no more than a script can
    /// represent.
    pub(super) fn now(&self) -> Option<Duration> {
        self.clock.as_ref()?.given_time().map(|time| time.min(LATEST))
    }
}

/// 142 years: one window later, microseconds are still exact in the numbers of a script.
const LATEST: Duration = Duration::from_micros(1 << 52);
