//! The store that counts in Redis, and its builder.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::super::clock::Time;
use super::connection::SharedConnection;
use super::inner::{Inner, Settings};
use super::{OnFailure, RedisHealth, RedisUrlError};
use crate::error::ApiFuture;
use crate::rate_limit::{
    ConsumeOutcome, Consumption, Decision, KeySeed, MonotonicClock, Quota, QuotaStore,
};

/// A store that counts in Redis, so that several processes share their quotas.
///
/// A decision about all quotas of a client is one script, so it is atomic and takes one round trip
/// over one connection that all requests share. The time is that of Redis, so the clocks of the
/// processes do not matter. The guarantees are those of [`MemoryStore`](super::super::MemoryStore):
/// a sliding window never admits more than its limit in any window, and a steady rate is the same
/// to the nanosecond.
///
/// ```
/// use definable_errors::rate_limit::{OnFailure, Quota, RateLimit, RedisStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let on_failure = OnFailure::Local { replicas: 3 };
/// let store = RedisStore::new("redis://127.0.0.1:1", b"a secret of all three", on_failure)?;
/// let limit = RateLimit::per_address(Quota::per_minute(100)).store(store.clone());
/// # let _ = limit;
/// assert!(store.health().is_available);
/// # Ok(())
/// # }
/// ```
///
/// # When Redis fails
///
/// A request never waits longer than the [`timeout`](RedisStoreBuilder::timeout). If there is no
/// decision by then, or if Redis cannot make one, [`OnFailure`] decides. After five failures in a
/// row, or when half of twenty calls have failed, and this has lasted for a tenth of a second,
/// Redis is no longer called but tried once a second, on a new connection; when it responds in
/// time, it is called again. One line is logged when this begins and one when it ends, one every
/// ten seconds while single calls fail, and [`health`](Self::health) returns the counts. The
/// service also starts without Redis.
///
/// # What is stored
///
/// Each client has one key per quota in Redis, of about 150 to 350 bytes in total, which expires
/// when everything the client used is available again. So there are never more keys than clients in
/// a window; if Redis evicts keys when its memory is full (`maxmemory-policy`), those clients get
/// back what they used. In the process, a fixed number of clients that have to wait is cached; they
/// are refused without calling Redis, for at most five seconds before it is called again.
///
/// The keys are `limit:{…}:…`, with the same text in braces for all quotas of a client. A Redis
/// cluster accepts them behind a proxy that supports it: this store connects to one server. It
/// needs Redis 5 or newer, or Valkey, and for a user with an ACL the commands `EVALSHA`, `EVAL`,
/// `GET`, `SET`, `DEL` and `TIME`.
///
/// `rediss://` needs TLS, which the crate `redis` provides: enable its feature `tokio-rustls-comp`
/// or `tokio-native-tls-comp` in your `Cargo.toml`.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

impl RedisStore {
    /// Creates a store in the Redis at this URL, such as `redis://:password@redis:6379/0`, with the
    /// default settings. It connects when it is first needed, not in this function.
    ///
    /// Clients are identified by hashes that are keyed with `secret`; processes with the same
    /// secret share their quotas.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not that of a Redis server, or if TLS is required but not
    /// compiled in.
    pub fn new(
        url: &str,
        secret: impl AsRef<[u8]>,
        on_failure: OnFailure,
    ) -> Result<Self, RedisUrlError> {
        Self::builder(url, secret, on_failure).build()
    }

    /// Returns a builder of a store with other settings; the arguments are those of
    /// [`new`](Self::new).
    pub fn builder(
        url: impl Into<String>,
        secret: impl AsRef<[u8]>,
        on_failure: OnFailure,
    ) -> RedisStoreBuilder {
        RedisStoreBuilder::new(url.into(), secret.as_ref(), on_failure)
    }

    fn from_inner(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Returns the state of the store.
    pub fn health(&self) -> RedisHealth {
        self.0.health()
    }
}

impl QuotaStore for RedisStore {
    fn seed(&self) -> KeySeed {
        self.0.settings.seed
    }

    fn open(&self, quotas: &[Quota]) {
        self.0.prepare(quotas);
    }

    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome {
        self.0.consume(consumption)
    }

    fn consume_deferred<'a>(&'a self, consumption: Consumption<'a>) -> ApiFuture<'a, Decision> {
        ApiFuture::boxed(async move { self.0.consume_deferred(&consumption).await })
    }

    fn refund(&self, consumption: &Consumption<'_>, decision: &Decision) {
        self.0.refund(consumption, decision);
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("settings", &self.0.settings)
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}

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
        let connection = SharedConnection::new(&self.url)?;
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
