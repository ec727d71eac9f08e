use super::Decision;
use crate::error::ApiError;

/// What a store returns immediately from [`consume`](super::QuotaStore::consume).
#[derive(Debug)]
pub enum ConsumeOutcome {
    /// The store has decided.
    Decided(Decision),
    /// The store cannot decide, and clients are to be rejected with this error: a 503 with
    /// `Retry-After`, such as [`ApiError::overloaded`].
    Failed(ApiError),
    /// The decision takes time: call [`consume_deferred`](super::QuotaStore::consume_deferred).
    Deferred,
}
