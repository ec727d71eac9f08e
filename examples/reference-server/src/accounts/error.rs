//! The errors of accounts, and the problems of logging in.

use definable_errors::ApiError;
use definable_errors::problem::{INVALID_CREDENTIALS, INVALID_TOKEN, ProblemTypes, Types};
use definable_errors::rate_limit::RateLimit;

use crate::DatabaseFailure;

/// An error of an account. Only a client that presented the right password receives one.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "account")]
pub(crate) enum AccountError {
    /// The account is locked. An administrator can unlock it.
    #[error("The account is locked. Ask an administrator to unlock it.")]
    #[api(status = 403)]
    Locked,
}

/// The problem types of a login.
#[derive(Debug)]
pub(super) enum LoginProblems {}

impl ProblemTypes for LoginProblems {
    const TYPES: Types = Types {
        own: &[&INVALID_CREDENTIALS],
        others: &[AccountError::TYPES, RateLimit::TYPES, DatabaseFailure::TYPES],
    };
}

/// The problem types of continuing a login.
#[derive(Debug)]
pub(super) enum RefreshProblems {}

impl ProblemTypes for RefreshProblems {
    const TYPES: Types = Types { own: &[&INVALID_TOKEN], others: &[DatabaseFailure::TYPES] };
}
