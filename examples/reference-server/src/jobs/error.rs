use definable_errors::ApiError;
use uuid::Uuid;

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
}
