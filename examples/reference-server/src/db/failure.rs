//! What a failed query can lead to.

use definable_errors::problem::{ProblemTypes, SERVICE_UNAVAILABLE, Types};

/// The problem types of a failed query: the database is overloaded, or two transactions were in each
/// other's way. Anything else is an internal error.
#[derive(Debug)]
pub(crate) enum DatabaseFailure {}

impl ProblemTypes for DatabaseFailure {
    const TYPES: Types = Types { own: &[&SERVICE_UNAVAILABLE], others: &[] };
}
