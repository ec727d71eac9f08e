use std::time::Duration;

use super::OnFailure;
use crate::error::ApiError;
use crate::rate_limit::{
    Algorithm, Decision, MAX_QUOTAS, MemoryStore, Quota, QuotaStore, Take, Verdict,
};

/// What becomes of requests while Redis fails, ready to be done.
#[derive(Debug)]
pub(super) enum Plan {
    Local { memory: MemoryStore, replicas: u32 },
    Open,
    Closed,
}

impl Plan {
    pub(super) fn new(on_failure: OnFailure) -> Self {
        match on_failure {
            OnFailure::Local { replicas } => {
                Self::Local { memory: MemoryStore::new(), replicas: replicas.max(1) }
            }
            OnFailure::Open => Self::Open,
            OnFailure::Closed => Self::Closed,
        }
    }

    /// Makes room, so that a failure does not begin with that.
    pub(super) fn open(&self, quotas: &[Quota]) {
        if let Self::Local { memory, replicas } = self {
            for quota in quotas {
                memory.open(&[share(quota, *replicas)]);
            }
        }
    }

    /// Decides in place of Redis.
    pub(super) fn take(&self, take: &Take<'_>) -> Verdict {
        match self {
            Self::Local { memory, replicas } => {
                let quotas = shares(take.quotas(), *replicas);
                let quotas = &quotas[..take.quotas().len().min(MAX_QUOTAS)];
                memory.take(&Take::new(take.key(), quotas, take.cost()))
            }
            Self::Open => Verdict::Decided(Decision::unmetered()),
            Self::Closed => Verdict::Failed(refusal()),
        }
    }

    pub(super) fn give_back(&self, take: &Take<'_>, decision: &Decision) {
        if let Self::Local { memory, replicas } = self {
            let quotas = shares(take.quotas(), *replicas);
            let quotas = &quotas[..take.quotas().len().min(MAX_QUOTAS)];
            memory.give_back(&Take::new(take.key(), quotas, take.cost()), decision);
        }
    }
}

/// Who comes back comes back spread over time.
fn refusal() -> ApiError {
    ApiError::overloaded(Duration::from_secs(fastrand::u64(1..=3)))
}

fn shares(quotas: &[Quota], replicas: u32) -> [Quota; MAX_QUOTAS] {
    let mut shares = [Quota::DEFAULT; MAX_QUOTAS];
    for (share_of, quota) in shares.iter_mut().zip(quotas) {
        *share_of = share(quota, replicas);
    }
    shares
}

/// What one process may admit of a quota, so that all of them together stay within it.
fn share(quota: &Quota, replicas: u32) -> Quota {
    let part = |whole: u32| (whole / replicas).max(1);
    let share = Quota::new(part(quota.limit()), quota.window()).named(quota.name());
    match quota.algorithm() {
        Algorithm::SlidingWindow => share,
        Algorithm::Gcra { burst } => share.with_burst(part(burst)),
    }
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
            let plan = Plan::new(OnFailure::Local { replicas });
            plan.open(&QUOTAS);
            admitted(&plan, &take(1))
        });
        assert_eq!(counts, [7, 7, 3, 2, 1]);
    }

    #[test]
    fn the_share_of_a_steady_rate_has_a_share_of_its_burst() {
        let quota = Quota::per_minute(60).with_burst(10).named("rate");
        let share = share(&quota, 4);
        assert_eq!((share.limit(), share.capacity(), share.name()), (15, 2, "rate"));
        assert_eq!(super::share(&quota, 60).capacity(), 1);
    }

    #[test]
    fn what_was_taken_locally_is_given_back_locally() {
        let plan = Plan::new(OnFailure::Local { replicas: 7 });
        let Verdict::Decided(decision) = plan.take(&take(1)) else { panic!() };
        assert_eq!(admitted(&plan, &take(1)), 0);
        plan.give_back(&take(1), &decision);
        assert_eq!(admitted(&plan, &take(1)), 1);
    }

    #[test]
    fn open_admits_without_counting() {
        let Verdict::Decided(decision) = Plan::new(OnFailure::Open).take(&take(1)) else {
            panic!()
        };
        assert!(decision.is_admitted() && decision.standings().is_empty());
    }

    // gate 20
    #[test]
    fn closed_is_a_503_that_asks_to_wait() {
        for _ in 0..20 {
            let Verdict::Failed(error) = Plan::new(OnFailure::Closed).take(&take(1)) else {
                panic!()
            };
            let problem = error.problem();
            assert_eq!((problem.status().as_u16(), problem.code()), (503, "overloaded"));
            assert!((1..=3).contains(&problem.retry_after().unwrap()), "{problem:?}");
        }
    }
}
