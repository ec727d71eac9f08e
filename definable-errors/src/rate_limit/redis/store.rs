use crate::error::ApiFuture;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::inner::Inner;
use super::link::Link;
use super::settings::Settings;
use super::{OnFailure, RedisHealth, RedisUrlError};
use crate::rate_limit::{Clock, ConsumeOutcome, Consumption, Decision, KeySeed, Quota, QuotaStore};

/// Counts in Redis, so that several processes share their quotas.
///
/// A decision about all quotas of a client is one script, so one step, and one round trip over one
/// connection that all requests share. The time is that of Redis, so that the clocks of the processes
/// do not matter. The promises are those of [`MemoryStore`](super::super::MemoryStore): a sliding
/// window never admits more than its limit in any window, a steady rate is the same to the
/// nanosecond.
///
/// ```
/// use definable_errors::rate_limit::{OnFailure, Quota, RateLimit, RedisStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let on_failure = OnFailure::Local { replicas: 3 };
/// let store = RedisStore::connect("redis://127.0.0.1:1", b"a secret of all three", on_failure)?;
/// let limit = RateLimit::per_address(Quota::per_minute(100)).store(store.clone());
/// # let _ = limit;
/// assert!(store.health().is_available);
/// # Ok(())
/// # }
/// ```
///
/// # When Redis fails
///
/// A request never waits for more than the [`deadline`](Self::deadline). If there is no decision by
/// then, or none to be had, [`OnFailure`] decides. After five failures in a row, or when half of
/// twenty calls failed, and that for a tenth of a second, Redis is no longer asked but tried once a
/// second, on a new connection; when it answers in time it is asked again. One line is logged when this
/// begins and one when it is over, one every ten seconds while single calls fail, and
/// [`health`](Self::health) counts. The service starts without Redis, too.
///
/// # What is kept
///
/// Each client has a key for each quota in Redis, of some 150 to 350 bytes all told, that expires when
/// the client has used nothing any more. So there are never more than clients in a window; who lets
/// Redis forget keys when its memory is full (`maxmemory-policy`) forgives those clients what they
/// used. Here a fixed number of clients is kept that have to wait; they are refused without asking
/// Redis, for five seconds at most and then after asking again.
///
/// The keys are `limit:{…}:…`, the same in braces for all quotas of a client. A Redis cluster takes
/// them, behind a proxy that knows it: this store asks one server. It needs Redis 5 or newer, or
/// Valkey, and for a user with an ACL the commands `EVALSHA`, `EVAL`, `GET`, `SET`, `DEL` and `TIME`.
///
/// `rediss://` needs TLS, which the crate `redis` has: switch on its feature `tokio-rustls-comp` or
/// `tokio-native-tls-comp` in your `Cargo.toml`.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

impl RedisStore {
    /// A store at this address, such as `redis://:password@redis:6379/0`. It connects when it is
    /// first needed, not here.
    ///
    /// Clients are known by hashes that are keyed with the secret; processes with the same secret
    /// share their quotas.
    ///
    /// # Errors
    ///
    /// When it is no URL of a Redis, or TLS is not compiled in.
    pub fn connect(
        url: &str,
        secret: impl AsRef<[u8]>,
        on_failure: OnFailure,
    ) -> Result<Self, RedisUrlError> {
        let link = Arc::new(Link::new(url)?);
        Ok(Self::of(Settings::new(secret.as_ref(), on_failure), link))
    }

    fn of(settings: Settings, link: Arc<Link>) -> Self {
        Self(Arc::new(Inner::new(settings, link)))
    }

    fn with(self, change: impl FnOnce(Settings) -> Settings) -> Self {
        Self::of(change(self.0.settings.clone()), self.0.link.clone())
    }

    /// What all keys begin with; `limit:` unless it is said.
    ///
    /// # Panics
    ///
    /// If it has a brace: what is in the first braces of a key says where a cluster keeps it.
    pub fn prefix(self, prefix: &str) -> Self {
        assert!(!prefix.contains(['{', '}']), "the prefix of keys has no braces");
        self.with(|settings| Settings { prefix: prefix.into(), ..settings })
    }

    /// How long a decision may take; 25 milliseconds unless it is said.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.with(|settings| Settings { deadline, ..settings })
    }

    /// How many calls may be under way; 1,024 unless it is said. What is beyond that is decided by
    /// [`OnFailure`].
    pub fn in_flight(self, calls: usize) -> Self {
        let most = tokio::sync::Semaphore::MAX_PERMITS;
        self.with(|settings| Settings { in_flight: calls.clamp(1, most), ..settings })
    }

    /// A clock in place of that of Redis, for tests. Processes whose clocks differ count wrong.
    pub fn clock(self, clock: impl Clock) -> Self {
        self.with(|settings| settings.with_clock(clock))
    }

    /// How it fares.
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
