use super::Decision;
use crate::error::ApiError;

/// What a store says at once.
#[derive(Debug)]
pub enum ConsumeOutcome {
    /// It is decided.
    Decided(Decision),
    /// Nothing can be decided, and clients are to be refused with this: a 503 that asks to wait,
    /// such as [`ApiError::overloaded`].
    Failed(ApiError),
    /// Ask [`consume_deferred`](super::QuotaStore::consume_deferred).
    Deferred,
}
