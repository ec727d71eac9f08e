use std::sync::atomic::{AtomicU64, Ordering};

/// The state of a [`RedisStore`](super::RedisStore), for a health check or metrics. The counts
/// begin with the store and never decrease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedisHealth {
    /// Whether Redis is called. If not, it has failed, and is only tried once a second.
    pub is_available: bool,
    /// The number of decisions that Redis made.
    pub decisions: u64,
    /// The number of refusals that were made in this process, without calling Redis again, because
    /// it had already refused the client.
    pub cached_denials: u64,
    /// The number of calls that failed, including trials.
    pub failures: u64,
    /// The number of requests that [`OnFailure`](super::OnFailure) decided instead.
    pub fallbacks: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counts {
    decisions: AtomicU64,
    cached_denials: AtomicU64,
    failures: AtomicU64,
    fallbacks: AtomicU64,
}

impl Counts {
    pub(super) fn decisions(&self) {
        self.decisions.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cached_denials(&self) {
        self.cached_denials.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn failure(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn fallbacks(&self) {
        self.fallbacks.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn health(&self, is_available: bool) -> RedisHealth {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        RedisHealth {
            is_available,
            decisions: of(&self.decisions),
            cached_denials: of(&self.cached_denials),
            failures: of(&self.failures),
            fallbacks: of(&self.fallbacks),
        }
    }
}
