//! Rate limiting by client address, caller or route.
//!
//! One line gives every address 100 requests in any 60 seconds, counted in memory of a fixed size:
//!
//! ```
//! use axum::{Router, routing::get};
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::rate_limit::{Quota, RateLimit};
//!
//! let app: Router = Router::new()
//!     .route("/", get(|| async { "hello" }))
//!     .layer(RateLimit::per_address(Quota::per_minute(100)).exempt(["/health"]))
//!     .layer(ApiErrorLayer::new());
//! // The address comes from the server:
//! let service = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
//! # let _ = service;
//! ```
//!
//! Responses from inside the limit contain what is left of the quota (`RateLimit-Policy:
//! "default";q=100;w=60`, `RateLimit: "default";r=42;t=17`, and the older `X-RateLimit-*`), and a
//! client that exceeds its quota receives a 429 [`RATE_LIMITED`](crate::problem::RATE_LIMITED) with
//! `Retry-After`. All times are exact: a refused client that waits as long as `Retry-After` is
//! admitted, and an admitted one that waits as long as `X-RateLimit-Reset` or `t` finds its whole
//! quota again, if no other client uses it. All clients that share a quota receive the same times,
//! so clients that must not come back together should add a jitter of their own. Redirects,
//! preflights and exempt paths receive no such headers; the last two are not counted either.
//!
//! A preflight is an `OPTIONS` request with `Origin` and `Access-Control-Request-Method`, which any
//! client can send. With [`Cors`](crate::cors::Cors) outside the limit no preflight reaches it, and
//! a [`Stack`](crate::stack::Stack) counts requests that only look like one. A limit on its own
//! cannot know whether a CORS layer further in waits for preflights; if there is none, use
//! [`RateLimit::count_preflights`].
//!
//! # Keys, quotas and costs
//!
//! [`RateLimit::new`] takes any [`KeySource`]: an [`Address`], also [behind
//! proxies](TrustedProxies), a [`Caller`] with a subject, a [`Route`], a [`HeaderField`], a
//! closure, or a tuple of those. A [`Quota`] never admits more than its limit in *any* window
//! ([`Algorithm::SlidingWindow`]); [with a burst](Quota::with_burst) it is a steady rate
//! ([`Algorithm::Gcra`]). Several quotas of one limit are taken together or not at all:
//!
//! ```
//! use definable_errors::rate_limit::{Quota, RateLimit, Route};
//!
//! const BURST: Quota = Quota::per_second(10).with_name("burst");
//! const DAILY: Quota = Quota::per_day(10_000).with_name("daily");
//!
//! let clients = RateLimit::per_caller(BURST).quota(DAILY);
//! let search = RateLimit::new(Route, Quota::per_second(50).with_burst(20).with_name("search"));
//! # let _ = (clients, search);
//! ```
//!
//! A login counts [only failed attempts](RateLimit::count_when). A request that is more expensive
//! can have a [cost](RateLimit::cost) of more than one.
//!
//! # Where to put the layer
//!
//! A limit by address belongs outside authentication, a limit [per caller](RateLimit::per_caller)
//! inside it, so that clients that are not admitted use up no other client's quota. With other
//! guards, a limit goes into one tuple ([`guard::layer`](crate::guard::layer)). Counts belong to
//! the value and its clones: two limits that are created separately count separately, unless they
//! share a store.
//!
//! # Stores
//!
//! [`MemoryStore`] is the default. Processes share their quotas in a [`RedisStore`] (feature
//! `redis`). For anything else, implement [`QuotaStore`].

mod clock;
mod decision;
mod fields;
mod key;
mod keys;
mod memory;
mod proxies;
mod quota;
#[expect(clippy::module_inception, reason = "the file of the module's main type")]
mod rate_limit;
#[cfg(feature = "redis")]
mod redis;

pub use self::clock::MonotonicClock;
pub use self::decision::{ConsumeOutcome, Consumption, Decision, QuotaStatus};
pub use self::key::{Identity, Key, KeyHasher, KeySeed, KeySource, Or};
pub use self::keys::{Address, Caller, Global, HeaderField, Route};
pub use self::memory::{MemoryStore, MemoryStoreBuilder};
pub use self::proxies::{NetworkError, TrustedProxies};
pub use self::quota::{Algorithm, Quota, QuotaError};
pub use self::rate_limit::{Attempt, ConsumedQuota, RateLimit};
#[cfg(feature = "redis")]
pub use self::redis::{OnFailure, RedisHealth, RedisStore, RedisStoreBuilder, RedisUrlError};
use crate::error::{ApiError, ApiFuture};

/// The maximum number of quotas on one limit.
pub const MAX_QUOTAS: usize = 4;

/// A store that counts quotas: in this process ([`MemoryStore`]), or somewhere that several
/// processes share.
///
/// Everything that a request consumes is taken in one call, and the call is atomic: the store takes
/// the cost from *every* quota or, if one has too little left, from *none*. No other call comes in
/// between. Counts are shared by everything with the same [`Key`] and the same [`Quota`] (name,
/// limit, window and algorithm); limits that are to count separately have quotas of different
/// names.
///
/// A store is bounded, and its documentation states what it forgets.
///
/// For a store that is called over a network:
///
/// * [`consume`](Self::consume) immediately returns what is known in the process, such as that the
///   client still has to wait or that the other side is down, and [`ConsumeOutcome::Deferred`] for
///   the rest. Then [`consume_deferred`](Self::consume_deferred) is awaited with the same
///   [`Consumption`]. It has a deadline of its own and handles failures: the client receives the
///   error that it returns, so the error is a 503 with `Retry-After` and never a 500.
///   [`Decision::unmetered`] admits the client.
/// * [`seed`](Self::seed) comes from a secret that the processes share ([`KeySeed::from_secret`]);
///   otherwise every process counts for itself.
/// * [`Algorithm::SlidingWindow`] never admits more than the limit in *any* window. An algorithm
///   that guarantees this only on average does not qualify.
/// * The store has the clock; a limit never passes the time to it.
pub trait QuotaStore: Send + Sync + 'static {
    /// Returns the seed that keys are hashed with. It stays the same as long as the store lives.
    fn seed(&self) -> KeySeed;

    /// Allocates memory for these quotas; called for each limit before its first request.
    fn open(&self, quotas: &[Quota]) {
        let _ = quotas;
    }

    /// Takes the cost from every quota or from none, if that can be decided immediately.
    ///
    /// This method does not block.
    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome;

    /// Takes the cost in the same way, after [`consume`](Self::consume) returned
    /// [`ConsumeOutcome::Deferred`].
    ///
    /// If the future is dropped, the client disconnected; what was taken stays taken.
    fn consume_deferred<'a>(&'a self, consumption: Consumption<'a>) -> ApiFuture<'a, Decision> {
        let _ = consumption;
        ApiFuture::ready(Err(ApiError::internal_error()
            .with_note("a store that defers decisions implements `consume_deferred`")))
    }

    /// Refunds what an admitted client consumed, because its request turned out not to count. The
    /// decision is the one that the store made, including its [refund
    /// tokens](QuotaStatus::with_refund_token).
    ///
    /// This method does not block; what takes time is handed over to a task. What cannot be
    /// refunded stays taken, so no client ever receives more than its quota. A refund is never
    /// larger than what is still counted of the cost, so that it does not release what another
    /// request took.
    fn refund(&self, consumption: &Consumption<'_>, decision: &Decision);
}
