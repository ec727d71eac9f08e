//! The decisions that are made in this process while Redis fails.

use std::fmt;
use std::time::Duration;

use super::super::clock::Time;
use crate::error::ApiError;
use crate::problem::{OVERLOADED, Problem};
use crate::rate_limit::memory::TAKEN_LAST;
use crate::rate_limit::{
    Algorithm, ConsumeOutcome, Consumption, Decision, MAX_QUOTAS, MemoryStore, Quota, QuotaStatus,
    QuotaStore,
};

/// The handling of requests while Redis fails: it cannot be reached, is too slow, or returns an
/// error (`READONLY`, `OOM`, `LOADING`, `MOVED`, …).
///
/// There is no default, because there is no right one for every service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnFailure {
    /// Each process counts for itself, in a [`MemoryStore`](super::super::MemoryStore), with its
    /// share of the limit: the limit divided by the number of processes, at least one.
    ///
    /// This is for most services. While Redis fails, all processes together admit no more than the
    /// limit, unless the limit is below the number of processes. What Redis admitted is counted in
    /// the shares, so a client whose requests are spread evenly gets at most twice the limit in the
    /// window of a failure, and that only if Redis comes back empty.
    Local {
        /// The number of processes that share the quotas; zero counts as one.
        replicas: u32,
    },
    /// Every client is admitted and nothing is counted. This is for quotas that only ensure
    /// fairness.
    Open,
    /// Every client is rejected with 503 `overloaded` and a `Retry-After` of one to three seconds.
    /// This is for what must not be guessed: passwords, codes, payments.
    Closed,
}

/// The handling of requests while Redis fails, prepared in advance.
#[derive(Debug)]
pub(super) enum Fallback {
    Local(LocalQuota),
    Open,
    Closed,
}

impl Fallback {
    pub(super) fn new(on_failure: OnFailure, time: &Time) -> Self {
        match on_failure {
            OnFailure::Local { replicas } => Self::Local(LocalQuota::new(replicas, time.clone())),
            OnFailure::Open => Self::Open,
            OnFailure::Closed => Self::Closed,
        }
    }

    /// Allocates memory in advance, so that this does not happen during a failure.
    pub(super) fn open(&self, quotas: &[Quota]) {
        if let Self::Local(local) = self {
            for quota in quotas {
                local.open(quota);
            }
        }
    }

    /// Decides in place of Redis.
    pub(super) fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome {
        match self {
            Self::Local(local) => local.consume(consumption),
            Self::Open => ConsumeOutcome::Decided(Decision::unmetered()),
            Self::Closed => ConsumeOutcome::Failed(refusal()),
        }
    }

    pub(super) fn refund(&self, consumption: &Consumption<'_>, decision: &Decision) {
        if let Self::Local(local) = self {
            local.refund(consumption, decision);
        }
    }

    /// Records what Redis decided.
    pub(super) fn note(&self, consumption: &Consumption<'_>, decision: &Decision) {
        if let Self::Local(local) = self {
            local.note(consumption, decision);
        }
    }

    /// Records what is refunded in Redis.
    pub(super) fn forget(&self, consumption: &Consumption<'_>) {
        if let Self::Local(local) = self {
            local.forget(consumption);
        }
    }
}

/// Rejected clients are spread over time when they come back.
fn refusal() -> ApiError {
    ApiError::unlocated(Problem::new(&OVERLOADED))
        .with_retry_after(Duration::from_secs(fastrand::u64(1..=3)))
        .with_note("Redis is not available, and `OnFailure::Closed` admits no request without it")
}

/// Local counts that replace those of Redis while it fails, each with this process's share of the
/// quota.
///
/// What Redis admits is counted here as well: a client that has used its quota in Redis has used
/// its share here. Otherwise a short failure would give it the quota once more, and a Redis that
/// comes back empty would give it another.
pub(super) struct LocalQuota {
    memory: MemoryStore,
    replicas: u32,
}

impl LocalQuota {
    fn new(replicas: u32, time: Time) -> Self {
        let clock = move || Duration::from_nanos(time.now());
        let memory = MemoryStore::builder().monotonic_clock(clock).build();
        Self { memory, replicas: replicas.max(1) }
    }

    fn open(&self, quota: &Quota) {
        self.memory.open(&[self.share(quota)]);
    }

    /// Decides in place of Redis.
    fn consume(&self, consumption: &Consumption<'_>) -> ConsumeOutcome {
        let shares = self.shares(consumption);
        self.memory.consume(&of(consumption, &shares))
    }

    /// Refunds what was taken here.
    fn refund(&self, consumption: &Consumption<'_>, decision: &Decision) {
        let shares = self.shares(consumption);
        self.memory.refund(&of(consumption, &shares), decision);
    }

    /// Counts what Redis admitted. Each quota is counted alone, so that a quota whose share is used
    /// up does not prevent the others from being counted.
    fn note(&self, consumption: &Consumption<'_>, decision: &Decision) {
        if !decision.is_admitted() {
            return;
        }
        for quota in consumption.quotas() {
            self.memory.consume(&of(consumption, &[self.share(quota)]));
        }
    }

    /// Refunds here what is refunded in Redis. When it was taken is known by the clock of Redis
    /// alone, but it was hardly longer ago than a request takes.
    fn forget(&self, consumption: &Consumption<'_>) {
        let lately = Decision::one(QuotaStatus::raw(0, 0).with_refund_token(TAKEN_LAST));
        for quota in consumption.quotas() {
            self.memory.refund(&of(consumption, &[self.share(quota)]), &lately);
        }
    }

    fn shares(&self, consumption: &Consumption<'_>) -> [Quota; MAX_QUOTAS] {
        let mut shares = [Quota::DEFAULT; MAX_QUOTAS];
        for (share, quota) in shares.iter_mut().zip(consumption.quotas()) {
            *share = self.share(quota);
        }
        shares
    }

    /// Returns the share of a quota that one process may admit, so that all processes together do
    /// not exceed it.
    fn share(&self, quota: &Quota) -> Quota {
        let part = |whole: u32| (whole / self.replicas).max(1);
        let share = Quota::new(part(quota.limit()), quota.window()).with_name(quota.name());
        match quota.algorithm() {
            Algorithm::SlidingWindow => share,
            Algorithm::Gcra { burst } => share.with_burst(part(burst)),
        }
    }
}

/// Returns the same consumption of the shares.
fn of<'a>(consumption: &Consumption<'_>, shares: &'a [Quota]) -> Consumption<'a> {
    let count = consumption.quotas().len().min(shares.len());
    Consumption::new(consumption.key(), &shares[..count], consumption.cost())
}

impl fmt::Debug for LocalQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalQuota").field("replicas", &self.replicas).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::super::script::MARK;
    use super::*;
    use crate::rate_limit::KeySeed;

    const QUOTAS: [Quota; 2] = [Quota::per_minute(10), Quota::per_second(7).with_name("burst")];

    fn consumption(quotas: &[Quota]) -> Consumption<'_> {
        Consumption::new(KeySeed::from_secret(b"one").hasher().key(), quotas, 1)
    }

    fn admitted(fallback: &Fallback, consumption: &Consumption<'_>) -> usize {
        let is_admitted = |verdict| matches!(verdict, ConsumeOutcome::Decided(decision) if decision.is_admitted());
        (0..20).filter(|_| is_admitted(fallback.consume(consumption))).count()
    }

    #[test]
    fn locally_each_process_has_its_share_and_one_at_least() {
        let counts = [0, 1, 2, 3, 100].map(|replicas| {
            let fallback = Fallback::new(OnFailure::Local { replicas }, &Time::system());
            fallback.open(&QUOTAS);
            admitted(&fallback, &consumption(&QUOTAS))
        });
        assert_eq!(counts, [7, 7, 3, 2, 1]);
    }

    #[test]
    fn what_was_taken_locally_is_given_back_locally() {
        let fallback = Fallback::new(OnFailure::Local { replicas: 7 }, &Time::system());
        let ConsumeOutcome::Decided(decision) = fallback.consume(&consumption(&QUOTAS)) else {
            panic!()
        };
        assert_eq!(admitted(&fallback, &consumption(&QUOTAS)), 0);
        fallback.refund(&consumption(&QUOTAS), &decision);
        assert_eq!(admitted(&fallback, &consumption(&QUOTAS)), 1);
    }

    #[test]
    fn open_admits_without_counting() {
        let ConsumeOutcome::Decided(decision) =
            Fallback::new(OnFailure::Open, &Time::system()).consume(&consumption(&QUOTAS))
        else {
            panic!()
        };
        assert!(decision.is_admitted() && decision.statuses().is_empty());
    }

    #[test]
    fn closed_is_a_503_that_asks_to_wait() {
        for _ in 0..20 {
            let ConsumeOutcome::Failed(error) =
                Fallback::new(OnFailure::Closed, &Time::system()).consume(&consumption(&QUOTAS))
            else {
                panic!()
            };
            let problem = error.problem();
            assert_eq!((problem.status().as_u16(), problem.code()), (503, "overloaded"));
            assert!((1..=3).contains(&problem.retry_after_seconds().unwrap()), "{problem:?}");
        }
    }

    const WINDOW: Quota = Quota::per_minute(10);
    const RATE: Quota = Quota::per_minute(10).with_burst(10).with_name("rate");
    /// The clock of Redis counts from 1970, that of the process does not.
    const AHEAD: u64 = 1_795_000_000_000_000_000;

    /// Creates a local quota and its clock.
    fn local_quota(replicas: u32) -> (LocalQuota, Arc<AtomicU64>) {
        let hands = Arc::new(AtomicU64::new(0));
        let clock = hands.clone();
        let clock = move || Duration::from_nanos(clock.load(Ordering::Relaxed));
        (LocalQuota::new(replicas, Time::given(Arc::new(clock))), hands)
    }

    /// Returns the decision of Redis when it admits a client at that time.
    fn let_in(quotas: &[Quota], now: u64) -> Decision {
        let status = QuotaStatus::raw(1, 1).with_refund_token(MARK | (AHEAD + now));
        Decision::new(quotas.iter().map(|_| status))
    }

    fn left(local_quota: &LocalQuota, quotas: &[Quota]) -> usize {
        let is_admitted = |_: &u32| {
            let verdict = local_quota.consume(&consumption(quotas));
            matches!(verdict, ConsumeOutcome::Decided(decision) if decision.is_admitted())
        };
        (0..20).take_while(is_admitted).count()
    }

    #[test]
    fn the_share_of_a_steady_rate_has_a_share_of_its_burst() {
        let quota = Quota::per_minute(60).with_burst(10).with_name("rate");
        let share = local_quota(4).0.share(&quota);
        assert_eq!((share.limit(), share.capacity(), share.name()), (15, 2, "rate"));
        assert_eq!(local_quota(60).0.share(&quota).capacity(), 1);
        assert_eq!(local_quota(0).0.share(&quota), quota);
    }

    #[test]
    fn what_redis_admitted_is_used_here_too() {
        for quota in [WINDOW, RATE] {
            let (local_quota, _) = local_quota(1);
            for _ in 0..7 {
                local_quota.note(&consumption(&[quota]), &let_in(&[quota], 0));
            }
            assert_eq!(left(&local_quota, &[quota]), 3);
        }
    }

    #[test]
    fn what_redis_refused_is_not() {
        let (local_quota, _) = local_quota(1);
        let refused = Decision::one(QuotaStatus::raw(0, 1).waiting(1));
        local_quota.note(&consumption(&[WINDOW]), &refused);
        assert_eq!(left(&local_quota, &[WINDOW]), 10);
    }

    #[test]
    fn a_share_that_is_used_up_keeps_no_other_from_being_counted() {
        let (local_quota, _) = local_quota(5);
        let quotas = [WINDOW.with_name("small"), Quota::per_hour(50)];
        for _ in 0..8 {
            local_quota.note(&consumption(&quotas), &let_in(&quotas, 0));
        }
        assert_eq!(left(&local_quota, &quotas[1..]), 2);
    }

    #[test]
    fn what_is_given_back_to_redis_is_given_back_here_too() {
        for quota in [WINDOW, RATE] {
            let (local_quota, hands) = local_quota(1);
            let decision = let_in(&[quota], 0);
            for _ in 0..10 {
                local_quota.note(&consumption(&[quota]), &decision);
            }
            // Several parts of the window have passed.
            hands.store(5_000_000_000, Ordering::Relaxed);
            assert_eq!(left(&local_quota, &[quota]), 0);
            local_quota.forget(&consumption(&[quota]));
            assert_eq!(left(&local_quota, &[quota]), 1, "{quota:?}");
        }
    }
}
