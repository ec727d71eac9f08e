//! The errors of requests about knowledge bases, and which of them each operation can return.

use definable_errors::ApiError;
use definable_errors::problem::{ProblemType, ProblemTypes, Types};
use uuid::Uuid;

use crate::DatabaseFailure;

/// An error of a request about a knowledge base.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "kb")]
pub(crate) enum KbError {
    /// The knowledge base does not exist, or belongs to another organization.
    #[error("knowledge base {id} does not exist")]
    #[api(status = 404, title = "Knowledge base not found")]
    NotFound {
        #[api(member = "kb_id")]
        id: Uuid,
    },

    /// The organization has another knowledge base of this name. Choose another name.
    #[error("the organization has another knowledge base of this name")]
    #[api(status = 409, title = "Knowledge base name taken")]
    NameTaken,

    /// The knowledge base was changed since it was read. Read it again, then repeat the change
    /// with the new `ETag` in `If-Match`.
    #[error("the knowledge base was changed since you read it")]
    #[api(status = 412, title = "Knowledge base changed")]
    Changed,
}

const NOT_FOUND: &ProblemType = KbError::TYPES.by_code("kb_not_found");
const NAME_TAKEN: &ProblemType = KbError::TYPES.by_code("kb_name_taken");
const CHANGED: &ProblemType = KbError::TYPES.by_code("kb_changed");

const OTHERS: &[Types] = &[DatabaseFailure::TYPES];

/// The problem types of finding a knowledge base.
#[derive(Debug)]
pub(crate) enum FindProblems {}

impl ProblemTypes for FindProblems {
    const TYPES: Types = Types { own: &[NOT_FOUND], others: OTHERS };
}

/// The problem types of creating a knowledge base.
#[derive(Debug)]
pub(super) enum CreateProblems {}

impl ProblemTypes for CreateProblems {
    const TYPES: Types = Types { own: &[NAME_TAKEN], others: OTHERS };
}

/// The problem types of replacing a knowledge base.
#[derive(Debug)]
pub(super) enum ReplaceProblems {}

impl ProblemTypes for ReplaceProblems {
    const TYPES: Types = Types { own: &[NOT_FOUND, NAME_TAKEN, CHANGED], others: OTHERS };
}

/// The problem types of deleting a knowledge base.
#[derive(Debug)]
pub(super) enum DeleteProblems {}

impl ProblemTypes for DeleteProblems {
    const TYPES: Types = Types { own: &[NOT_FOUND, CHANGED], others: OTHERS };
}
