use std::time::Duration;

use super::super::clock::Time;
use super::OnFailure;
use super::reserve::Reserve;
use crate::error::ApiError;
use crate::problem::{OVERLOADED, Problem};
use crate::rate_limit::{Decision, Quota, Take, Verdict};

/// What becomes of requests while Redis fails, ready to be done.
#[derive(Debug)]
pub(super) enum Plan {
    Local(Reserve),
    Open,
    Closed,
}

impl Plan {
    pub(super) fn new(on_failure: OnFailure, time: &Time) -> Self {
        match on_failure {
            OnFailure::Local { replicas } => Self::Local(Reserve::new(replicas, time.clone())),
            OnFailure::Open => Self::Open,
            OnFailure::Closed => Self::Closed,
        }
    }

    /// Makes room, so that a failure does not begin with that.
    pub(super) fn open(&self, quotas: &[Quota]) {
        if let Self::Local(reserve) = self {
            for quota in quotas {
                reserve.open(quota);
            }
        }
    }

    /// Decides in place of Redis.
    pub(super) fn take(&self, take: &Take<'_>) -> Verdict {
        match self {
            Self::Local(reserve) => reserve.take(take),
            Self::Open => Verdict::Decided(Decision::unmetered()),
            Self::Closed => Verdict::Failed(refusal()),
        }
    }

    pub(super) fn give_back(&self, take: &Take<'_>, decision: &Decision) {
        if let Self::Local(reserve) = self {
            reserve.give_back(take, decision);
        }
    }

    /// Learns what Redis decided.
    pub(super) fn note(&self, take: &Take<'_>, decision: &Decision) {
        if let Self::Local(reserve) = self {
            reserve.note(take, decision);
        }
    }

    /// Learns what is given back to Redis.
    pub(super) fn forget(&self, take: &Take<'_>, decision: &Decision) {
        if let Self::Local(reserve) = self {
            reserve.forget(take, decision);
        }
    }
}

/// Who comes back comes back spread over time.
fn refusal() -> ApiError {
    ApiError::unlocated(Problem::new(&OVERLOADED))
        .with_retry_after(Duration::from_secs(fastrand::u64(1..=3)))
        .with_note("Redis fails, and nobody is let in without it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_limit::KeySeed;

    const QUOTAS: [Quota; 2] = [Quota::per_minute(10), Quota::per_second(7).named("burst")];

    fn take(key: u8) -> Take<'static> {
        Take::new(KeySeed::from_secret(&[key]).hasher().key(), &QUOTAS, 1)
    }

    fn admitted(plan: &Plan, take: &Take<'_>) -> usize {
        let is_admitted =
            |verdict| matches!(verdict, Verdict::Decided(decision) if decision.is_admitted());
        (0..20).filter(|_| is_admitted(plan.take(take))).count()
    }

    #[test]
    fn locally_each_process_has_its_share_and_one_at_least() {
        let counts = [0, 1, 2, 3, 100].map(|replicas| {
            let plan = Plan::new(OnFailure::Local { replicas }, &Time::system());
            plan.open(&QUOTAS);
            admitted(&plan, &take(1))
        });
        assert_eq!(counts, [7, 7, 3, 2, 1]);
    }

    #[test]
    fn what_was_taken_locally_is_given_back_locally() {
        let plan = Plan::new(OnFailure::Local { replicas: 7 }, &Time::system());
        let Verdict::Decided(decision) = plan.take(&take(1)) else { panic!() };
        assert_eq!(admitted(&plan, &take(1)), 0);
        plan.give_back(&take(1), &decision);
        assert_eq!(admitted(&plan, &take(1)), 1);
    }

    #[test]
    fn open_admits_without_counting() {
        let Verdict::Decided(decision) = Plan::new(OnFailure::Open, &Time::system()).take(&take(1))
        else {
            panic!()
        };
        assert!(decision.is_admitted() && decision.standings().is_empty());
    }

    // gate 20
    #[test]
    fn closed_is_a_503_that_asks_to_wait() {
        for _ in 0..20 {
            let Verdict::Failed(error) =
                Plan::new(OnFailure::Closed, &Time::system()).take(&take(1))
            else {
                panic!()
            };
            let problem = error.problem();
            assert_eq!((problem.status().as_u16(), problem.code()), (503, "overloaded"));
            assert!((1..=3).contains(&problem.retry_after().unwrap()), "{problem:?}");
        }
    }
}
