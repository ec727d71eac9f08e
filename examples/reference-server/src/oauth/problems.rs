//! The errors of logging in at a provider.

use definable_errors::ApiError;
use definable_errors::oauth::{Callback, Login};
use definable_errors::problem::{ProblemTypes, ROUTE_NOT_FOUND, SERVICE_UNAVAILABLE, Types};

use crate::DatabaseFailure;
use crate::accounts::AccountError;

/// An error of a login that succeeded at the provider.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "oauth")]
pub(super) enum OAuthLoginError {
    /// No user of this service has the address that the provider has verified.
    #[error("No user of this service has your address at the provider.")]
    #[api(status = 403)]
    UnknownUser,
}

/// Without a provider there are no such routes; one whose metadata cannot be fetched is an outage.
const OF_PROVIDER: Types = Types { own: &[&ROUTE_NOT_FOUND, &SERVICE_UNAVAILABLE], others: &[] };

/// The problem types of starting a login.
#[derive(Debug)]
pub(super) enum StartProblems {}

impl ProblemTypes for StartProblems {
    const TYPES: Types = Types { own: &[], others: &[OF_PROVIDER, Login::TYPES] };
}

/// The problem types of ending a login.
#[derive(Debug)]
pub(super) enum CallbackProblems {}

impl ProblemTypes for CallbackProblems {
    const TYPES: Types = Types {
        own: &[],
        others: &[
            OF_PROVIDER,
            Callback::TYPES,
            OAuthLoginError::TYPES,
            AccountError::TYPES,
            DatabaseFailure::TYPES,
        ],
    };
}
