//! How often a client may ask.

mod admission;
mod attempt;
mod clock;
mod decision;
mod fields;
mod guard;
mod invalid_quota;
mod key;
mod key_source;
mod keys;
mod log;
mod memory;
mod proxies;
mod quota;
#[expect(clippy::module_inception, reason = "the file of the room's main type")]
mod rate_limit;
#[cfg(feature = "redis")]
mod redis;
mod refusal;
mod standing;
mod take;
mod verdict;

pub use self::admission::Admission;
pub use self::attempt::Attempt;
pub use self::clock::Clock;
pub use self::decision::Decision;
pub use self::guard::Pass;
pub use self::invalid_quota::InvalidQuota;
pub use self::key::{Key, KeyHasher, KeySeed};
pub use self::key_source::{Identity, KeySource, Or};
pub use self::keys::{Address, Caller, Everybody, HeaderField, Route};
pub use self::memory::MemoryStore;
pub use self::proxies::{InvalidNetwork, TrustedProxies};
pub use self::quota::{Algorithm, Quota};
pub use self::rate_limit::RateLimit;
#[cfg(feature = "redis")]
pub use self::redis::{InvalidRedisUrl, OnFailure, RedisHealth, RedisStore};
pub use self::standing::Standing;
pub use self::take::Take;
pub use self::verdict::{TakeFuture, Verdict};
use crate::error::ApiError;

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
/// * [`take`](Self::take) says at once what is known here, such as that the client has to wait
///   still, or that the other side is down, and [`Verdict::Later`] for the rest. Then
///   [`take_later`](Self::take_later) is awaited, with the same question. It has a deadline of its
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
    fn take(&self, take: &Take<'_>) -> Verdict;

    /// The same, where [`take`](Self::take) said [`Verdict::Later`].
    ///
    /// When the future is dropped, the client went away; what was taken stays taken.
    fn take_later<'a>(&'a self, take: Take<'a>) -> TakeFuture<'a> {
        let _ = take;
        Box::pin(async {
            Err(ApiError::internal_error().with_note("a store that decides later has to say how"))
        })
    }

    /// Gives back what an admitted client took: its request turned out not to count. The decision is
    /// the one that the store made, [marks](Standing::with_mark) included.
    ///
    /// It does not block; what takes a while is handed over to a task. What cannot be given back
    /// stays taken: nobody gets more than the quota for it. Never is more given back than there is
    /// still of what was taken, so that nothing is forgiven that another request took.
    fn give_back(&self, take: &Take<'_>, decision: &Decision);
}
