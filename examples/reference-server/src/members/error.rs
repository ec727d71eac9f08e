//! The errors of requests about members.

use definable_errors::ApiError;
use definable_errors::problem::{INSUFFICIENT_ROLE, ProblemTypes, Types};
use uuid::Uuid;

use crate::DatabaseFailure;

/// An error of a request about a member.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "member")]
pub(super) enum MemberError {
    /// The user is no member of the organization.
    #[error("user {id} is no member of the organization")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "user_id")]
        id: Uuid,
    },
}

/// The problem types of finding a member.
#[derive(Debug)]
pub(super) enum FindProblems {}

impl ProblemTypes for FindProblems {
    const TYPES: Types = Types { own: &[], others: &[MemberError::TYPES, DatabaseFailure::TYPES] };
}

/// The problem types of changing the role of a member.
#[derive(Debug)]
pub(super) enum ChangeProblems {}

impl ProblemTypes for ChangeProblems {
    const TYPES: Types = Types { own: &[&INSUFFICIENT_ROLE], others: &[FindProblems::TYPES] };
}
