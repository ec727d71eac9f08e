//! A job and its result, as clients receive them.

use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{FromRow, Row};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::db::Columns;

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
