//! The errors of requests about jobs, and which of them each operation can return.

use definable_errors::ApiError;
use definable_errors::problem::{DEADLINE_EXCEEDED, ProblemTypes, Types};
use uuid::Uuid;

use crate::DatabaseFailure;
use crate::kbs::KbError;

/// An error of a request about a job.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "job")]
pub(crate) enum JobError {
    /// The job does not exist, or belongs to another organization.
    #[error("job {id} does not exist")]
    #[api(status = 404, title = "Job not found")]
    NotFound {
        #[api(member = "job_id")]
        id: Uuid,
    },

    /// The job is still running, so it has no result yet. Ask for its status, or try again later.
    #[error("job {id} has not finished yet")]
    #[api(status = 409, title = "Job not finished", retry_after = 1)]
    NotFinished {
        #[api(member = "job_id")]
        id: Uuid,
    },

    /// The server that ran the job stopped before the job had finished. Start the job again.
    #[error("the server that ran job {id} stopped, or could not reach the database")]
    #[api(
        status = 500,
        code = "job_interrupted",
        title = "Job interrupted",
        detail = "The server that ran the job stopped before the job had finished. Start it again.",
        retryable = false
    )]
    Interrupted {
        #[api(member = "job_id")]
        id: Uuid,
    },
}

/// The problem types of starting a job.
#[derive(Debug)]
pub(super) enum StartProblems {}

impl ProblemTypes for StartProblems {
    const TYPES: Types =
        Types { own: &[KbError::TYPES.by_code("kb_not_found")], others: &[DatabaseFailure::TYPES] };
}

/// The problem types of finding a job.
#[derive(Debug)]
pub(super) enum FindProblems {}

impl ProblemTypes for FindProblems {
    const TYPES: Types = Types {
        own: &[JobError::TYPES.by_code("job_not_found")],
        others: &[DatabaseFailure::TYPES],
    };
}

/// The problem types of the events of a job, before and after the head, apart from the stored problem
/// of one that failed.
#[derive(Debug)]
pub(super) enum EventProblems {}

impl ProblemTypes for EventProblems {
    const TYPES: Types = Types { own: &[&DEADLINE_EXCEEDED], others: &[FindProblems::TYPES] };
}

/// The problem types of the result of a job, apart from the stored problem of one that failed.
#[derive(Debug)]
pub(super) enum ResultProblems {}

impl ProblemTypes for ResultProblems {
    const TYPES: Types = Types { own: &[], others: &[JobError::TYPES, DatabaseFailure::TYPES] };
}
