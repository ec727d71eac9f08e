//! How often a client may ask.
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
//! What is answered inside of the limit tells what is left (`RateLimit-Policy: "default";q=100;w=60`,
//! `RateLimit: "default";r=42;t=17`, and the older `X-RateLimit-*`), and who asks too often receives a
//! 429 [`RATE_LIMITED`](crate::problem::RATE_LIMITED) with `Retry-After`. All times are true: a refused
//! client that waits as long as `Retry-After` is admitted, and an admitted one that waits as long as
//! `X-RateLimit-Reset` or `t` finds its whole quota again, if nobody else uses it. All who share a
//! quota receive the same times, so clients that come back together add a moment of their own. Redirects,
//! preflights and exempt paths say nothing; the last two are not counted either.
//!
//! A preflight is an `OPTIONS` with `Origin` and `Access-Control-Request-Method`, which anybody can
//! write. With [`Cors`](crate::cors::Cors) outside of the limit none reaches it, and a
//! [`Stack`](crate::stack::Stack) counts what only looks like one. A limit that stands alone cannot
//! know whether a CORS layer further in waits for preflights; where there is none, use
//! [`RateLimit::count_preflights`].
//!
//! # Whom, how much, how
//!
//! [`RateLimit::new`] takes any [`KeySource`]: an [`Address`], also [behind
//! proxies](TrustedProxies), a [`Caller`] with a subject, a [`Route`], a [`HeaderField`], a closure, a
//! tuple of those. A [`Quota`] promises never more than its limit in *any* window
//! ([`Algorithm::SlidingWindow`]); [with a burst](Quota::with_burst) it is a steady rate
//! ([`Algorithm::Gcra`]). Several quotas on one limit are taken together or not at all:
//!
//! ```
//! use definable_errors::rate_limit::{Quota, RateLimit, Route};
//!
//! const BURST: Quota = Quota::per_second(10).named("burst");
//! const DAILY: Quota = Quota::per_day(10_000).named("daily");
//!
//! let clients = RateLimit::per_caller(BURST).quota(DAILY);
//! let search = RateLimit::new(Route, Quota::per_second(50).with_burst(20).named("search"));
//! # let _ = (clients, search);
//! ```
//!
//! A login counts [only what failed](RateLimit::count_when). What costs more is
//! [worth](RateLimit::cost) more than one request.
//!
//! # Where it stands
//!
//! A limit by address stands outside of authentication, a limit [per caller](RateLimit::per_caller)
//! inside of it; so who is not let in uses up nobody's quota. With other guards a limit goes into one
//! tuple ([`guard::layer`](crate::guard::layer)). The limit belongs to the value and its clones: two
//! that are made apart count apart, unless they share a store.
//!
//! # Where it is counted
//!
//! [`MemoryStore`] is the default. Processes share their quotas in a [`RedisStore`] (feature `redis`).
//! Anything else is a [`QuotaStore`].

mod attempt;
mod clock;
mod consume_outcome;
mod consumption;
mod decision;
mod fields;
mod guard;
mod header_cache;
mod key;
mod key_source;
mod keys;
mod log;
mod memory;
mod proxies;
mod quota;
mod quota_error;
mod quota_status;
#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod rate_limit;
#[cfg(feature = "redis")]
mod redis;
mod refusal;

pub use self::attempt::Attempt;
pub use self::clock::Clock;
pub use self::consume_outcome::ConsumeOutcome;
pub use self::consumption::Consumption;
pub use self::decision::Decision;
pub use self::guard::ConsumedQuota;
pub use self::key::{Key, KeyHasher, KeySeed};
pub use self::key_source::{Identity, KeySource, Or};
pub use self::keys::{Address, Caller, Global, HeaderField, Route};
pub use self::memory::MemoryStore;
pub use self::proxies::{NetworkError, TrustedProxies};
pub use self::quota::{Algorithm, Quota};
pub use self::quota_error::QuotaError;
pub use self::quota_status::QuotaStatus;
pub use self::rate_limit::RateLimit;
#[cfg(feature = "redis")]
pub use self::redis::{OnFailure, RedisHealth, RedisStore, RedisUrlError};
use crate::error::{ApiError, ApiFuture};

/// At most so many quotas are on one limit.
pub const MAX_QUOTAS: usize = 4;

/// Where quotas are counted: in this process ([`MemoryStore`]), or somewhere that several share.
///
/// All that a request takes is asked for in one call, and the call is one step: the store takes the
/// cost from *every* quota or, where one has too little, from *none*. No other call comes between.
/// What is counted together is what has the same [`Key`] and the same [`Quota`], name, limit, window
/// and algorithm all told; limits that are to count apart have quotas of different names.
///
/// A store has a bound, and says what it forgets.
///
/// For a store that is asked over a network:
///
/// * [`consume`](Self::consume) says at once what is known here, such as that the client has to wait
///   still, or that the other side is down, and [`ConsumeOutcome::Deferred`] for the rest. Then
///   [`consume_deferred`](Self::consume_deferred) is awaited, with the same question. It has a deadline of its
///   own and a plan for failures: an error that it returns is what the client gets, so it is a 503
///   that asks to wait and never a 500. [`Decision::unmetered`] lets the client in.
/// * [`seed`](Self::seed) comes from a secret that the processes share
///   ([`KeySeed::from_secret`]), or every process counts for itself.
/// * [`Algorithm::SlidingWindow`] promises never more than the limit in *any* window. What only
///   promises that on average is not it.
/// * The store has the time; a limit never tells it.
pub trait QuotaStore: Send + Sync + 'static {
    /// What keys are hashed with. It stays the same as long as the store lives.
    fn seed(&self) -> KeySeed;

    /// Makes room for these quotas; called for each limit, before its first request.
    fn open(&self, quotas: &[Quota]) {
        let _ = quotas;
    }

    /// Takes the cost from every quota or from none, if that can be decided at once.
    ///
    /// It does not block.
    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome;

    /// The same, where [`consume`](Self::consume) said [`ConsumeOutcome::Deferred`].
    ///
    /// When the future is dropped, the client went away; what was taken stays taken.
    fn consume_deferred<'a>(&'a self, consumption: Consumption<'a>) -> ApiFuture<'a, Decision> {
        let _ = consumption;
        ApiFuture::ready(Err(ApiError::internal_error()
            .with_note("a store that defers decisions implements `consume_deferred`")))
    }

    /// Gives back what an admitted client took: its request turned out not to count. The decision is
    /// the one that the store made, [marks](QuotaStatus::with_refund_token) included.
    ///
    /// It does not block; what takes a while is handed over to a task. What cannot be given back
    /// stays taken: nobody gets more than the quota for it. Never is more given back than there is
    /// still of what was taken, so that nothing is forgiven that another request took.
    fn refund(&self, consumption: &Consumption<'_>, decision: &Decision);
}
