//! A job: what it does, who started it, and how it can fail.

use std::io;
use std::time::Duration;

use axum::extract::FromRequestParts;
use definable_errors::context::{Subject, TraceContext, X_REQUEST_ID};
use definable_errors::problem::{DEADLINE_EXCEEDED, ProblemTypes, Types};
use definable_errors::{ApiError, RequestContext, ResultExt};
use http::{HeaderName, HeaderValue, Method, Request};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::DatabaseFailure;
use crate::db::Columns;
use crate::kbs::KbError;

/// The body of a request that starts a job.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewJob {
    pub(super) kb_id: Uuid,
    pub(super) kind: JobKind,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum JobKind {
    /// Reads all documents of a knowledge base.
    Reindex,
    /// Fails on purpose.
    Fail,
}

impl JobKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Reindex => "reindex",
            Self::Fail => "fail",
        }
    }
}

/// A job, as clients receive it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Job {
    pub(super) id: Uuid,
    pub(super) org_id: Uuid,
    pub(super) kb_id: Uuid,
    #[schema(value_type = JobKind)]
    kind: String,
    /// `running`, `done` or `failed`.
    #[schema(pattern = "^(running|done|failed)$")]
    state: String,
    /// In percent.
    #[schema(minimum = 0, maximum = 100)]
    progress: i64,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    finished_at: Option<String>,
}

impl Job {
    pub(super) fn is_running(&self) -> bool {
        self.state == "running"
    }

    /// Returns how far the job has come, in percent.
    pub(super) const fn progress(&self) -> i64 {
        self.progress
    }
}

impl FromRow<'_, AnyRow> for Job {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.uuid("id")?,
            org_id: row.uuid("org_id")?,
            kb_id: row.uuid("kb_id")?,
            kind: row.try_get("kind")?,
            state: row.try_get("state")?,
            progress: row.try_get("progress")?,
            created_at: row.try_get("created_at")?,
            finished_at: row.try_get("finished_at")?,
        })
    }
}

/// What a job returns that reads all documents.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the JSON that is stored")]
pub(super) struct Indexed {
    documents: u64,
    bytes: u64,
}

/// An event of a job.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes what `events` sends")]
pub(super) struct JobEvent {
    /// `progress` whenever it changes, then `done` or `problem`.
    #[schema(pattern = "^(progress|done|problem)$")]
    event: String,
    /// JSON: the progress in percent, the result, or the problem.
    data: String,
    /// That of the last event. A client that comes back with it gets 204.
    #[schema(nullable = false)]
    id: Option<String>,
}

/// The result of a job that has finished, as clients receive it.
#[derive(Debug)]
pub(super) enum Outcome {
    /// JSON.
    Done(String),
    /// A problem, with its status.
    Failed(u16, String),
}

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The ids of the request that started a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) request_id: String,
    /// The trace of the request, as its `traceparent` (W3C Trace Context).
    pub(super) traceparent: Option<String>,
    /// The id of the user.
    pub(super) started_by: Option<String>,
}

impl Origin {
    pub(super) fn from_context(context: &RequestContext) -> Self {
        Self {
            request_id: context.request_id().into_owned(),
            traceparent: context.trace_context().as_ref().map(traceparent),
            started_by: context.subject().map(|user| user.id().to_owned()),
        }
    }

    /// Creates a context with these ids and an id of its own, for a failure that is noticed when the
    /// context of the request no longer exists.
    pub(super) async fn into_context(self) -> RequestContext {
        let (mut parts, ()) = Request::new(()).into_parts();
        parts.method = Method::POST;
        let headers = [(X_REQUEST_ID, Some(self.request_id)), (TRACEPARENT, self.traceparent)];
        for (name, value) in headers {
            if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
                parts.headers.insert(name, value);
            }
        }
        let Ok(context) = RequestContext::from_request_parts(&mut parts, &()).await;
        if let Some(user) = self.started_by {
            context.set_subject(Subject::user(&user));
        }
        context
    }
}

fn traceparent(trace: &TraceContext) -> String {
    let flags = u8::from(trace.is_sampled());
    format!("00-{}-{}-{flags:02x}", trace.trace_id(), trace.parent_id())
}

impl FromRow<'_, AnyRow> for Origin {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            request_id: row.try_get("request_id")?,
            traceparent: row.try_get("traceparent")?,
            started_by: row.try_get("started_by")?,
        })
    }
}

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

/// The number of steps of a job, and the time that each takes.
const STEPS: u8 = 5;
const STEP: Duration = Duration::from_millis(100);

/// Does the work of a job, and returns its result as JSON.
pub(super) async fn run(
    pool: AnyPool,
    (id, kb_id): (Uuid, Uuid),
    kind: JobKind,
) -> Result<String, ApiError> {
    for step in 0..STEPS {
        store::progress(&pool, id, step * (100 / STEPS)).await?;
        tokio::time::sleep(STEP).await;
    }
    match kind {
        JobKind::Reindex => reindex(&pool, kb_id).await,
        JobKind::Fail => Err(io::Error::other("the index cannot be written")).or_internal(),
    }
}

async fn reindex(pool: &AnyPool, kb_id: Uuid) -> Result<String, ApiError> {
    let (documents, bytes) = store::documents(pool, kb_id).await?;
    Ok(format!(r#"{{"documents":{documents},"bytes":{bytes}}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn restored_context_has_the_ids_of_the_request() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let origin = Origin {
            request_id: "started-7".into(),
            traceparent: Some(trace.into()),
            started_by: Some("7".into()),
        };
        let context = origin.clone().into_context().await;
        assert_eq!(context.request_id(), "started-7");
        assert_eq!(context.trace_id(), Some(&trace[3..35]));
        assert_eq!(context.subject().map(Subject::id), Some("7"));
        assert_ne!(context.id().to_string(), "started-7");
        assert_eq!(Origin::from_context(&context), origin);
    }
}
