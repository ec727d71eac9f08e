use std::time::Duration;

use super::super::clock::Time;
use super::OnFailure;
use super::local_quota::LocalQuota;
use crate::error::ApiError;
use crate::problem::{OVERLOADED, Problem};
use crate::rate_limit::{ConsumeOutcome, Consumption, Decision, Quota};

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
    pub(super) fn forget(&self, consumption: &Consumption<'_>, decision: &Decision) {
        if let Self::Local(local) = self {
            local.forget(consumption, decision);
        }
    }
}

/// Rejected clients are spread over time when they come back.
fn refusal() -> ApiError {
    ApiError::unlocated(Problem::new(&OVERLOADED))
        .with_retry_after(Duration::from_secs(fastrand::u64(1..=3)))
        .with_note("Redis is not available, and `OnFailure::Closed` admits no request without it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::KeySeed;

    const QUOTAS: [Quota; 2] = [Quota::per_minute(10), Quota::per_second(7).with_name("burst")];

    fn consumption(key: u8) -> Consumption<'static> {
        Consumption::new(KeySeed::from_secret(&[key]).hasher().key(), &QUOTAS, 1)
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
            admitted(&fallback, &consumption(1))
        });
        assert_eq!(counts, [7, 7, 3, 2, 1]);
    }

    #[test]
    fn what_was_taken_locally_is_given_back_locally() {
        let fallback = Fallback::new(OnFailure::Local { replicas: 7 }, &Time::system());
        let ConsumeOutcome::Decided(decision) = fallback.consume(&consumption(1)) else { panic!() };
        assert_eq!(admitted(&fallback, &consumption(1)), 0);
        fallback.refund(&consumption(1), &decision);
        assert_eq!(admitted(&fallback, &consumption(1)), 1);
    }

    #[test]
    fn open_admits_without_counting() {
        let ConsumeOutcome::Decided(decision) =
            Fallback::new(OnFailure::Open, &Time::system()).consume(&consumption(1))
        else {
            panic!()
        };
        assert!(decision.is_admitted() && decision.statuses().is_empty());
    }

    #[test]
    fn closed_is_a_503_that_asks_to_wait() {
        for _ in 0..20 {
            let ConsumeOutcome::Failed(error) =
                Fallback::new(OnFailure::Closed, &Time::system()).consume(&consumption(1))
            else {
                panic!()
            };
            let problem = error.problem();
            assert_eq!((problem.status().as_u16(), problem.code()), (503, "overloaded"));
            assert!((1..=3).contains(&problem.retry_after_seconds().unwrap()), "{problem:?}");
        }
    }
}
