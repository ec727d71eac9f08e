use definable_errors::{ApiError, DatabaseExt};
use sqlx::SqlitePool;
use uuid::Uuid;

use super::{Job, JobError, NewJob, Outcome};
use crate::kbs::KbError;

const COLUMNS: &str = "id, org_id, kb_id, kind, state, progress, created_at, finished_at";

/// Inserts a job. The same statement checks that the knowledge base exists, because another request
/// may delete it in between.
pub(super) async fn create(pool: &SqlitePool, org_id: Uuid, new: &NewJob) -> Result<Job, ApiError> {
    let created = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "INSERT INTO jobs (id, org_id, kb_id, kind)
         SELECT ?, org_id, id, ? FROM kbs WHERE org_id = ? AND id = ? RETURNING {COLUMNS}"
    )))
    .bind(Uuid::new_v4().hyphenated())
    .bind(new.kind.as_str())
    .bind(org_id.hyphenated())
    .bind(new.kb_id.hyphenated())
    .fetch_optional(pool)
    .await
    .or_database()?;
    Ok(created.ok_or(KbError::NotFound { id: new.kb_id })?)
}

/// Finds a job. One of another organization is reported as not found.
pub(super) async fn find(pool: &SqlitePool, org_id: Uuid, id: Uuid) -> Result<Job, ApiError> {
    let found = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM jobs WHERE org_id = ? AND id = ?"
    )))
    .bind(org_id.hyphenated())
    .bind(id.hyphenated())
    .fetch_optional(pool)
    .await
    .or_database()?;
    Ok(found.ok_or(JobError::NotFound { id })?)
}

/// Returns the result of a job, which has one once it has finished.
pub(super) async fn outcome(
    pool: &SqlitePool,
    org_id: Uuid,
    id: Uuid,
) -> Result<Outcome, ApiError> {
    let found: Option<(Option<String>, Option<u16>)> =
        sqlx::query_as("SELECT result, status FROM jobs WHERE org_id = ? AND id = ?")
            .bind(org_id.hyphenated())
            .bind(id.hyphenated())
            .fetch_optional(pool)
            .await
            .or_database()?;
    match found.ok_or(JobError::NotFound { id })? {
        (None, _) => Err(JobError::NotFinished { id })?,
        (Some(result), None) => Ok(Outcome::Done(result)),
        (Some(problem), Some(status)) => Ok(Outcome::Failed(status, problem)),
    }
}

/// Stores how far a job has come, in percent.
pub(super) async fn progress(pool: &SqlitePool, id: Uuid, percent: u8) -> Result<(), ApiError> {
    sqlx::query("UPDATE jobs SET progress = ? WHERE id = ?")
        .bind(percent)
        .bind(id.hyphenated())
        .execute(pool)
        .await
        .or_database()?;
    Ok(())
}

/// Stores the result of a job, after which it counts as finished.
pub(super) async fn finish(pool: &SqlitePool, id: Uuid, outcome: Outcome) -> Result<(), ApiError> {
    let (state, result, status) = match outcome {
        Outcome::Done(result) => ("done", result, None),
        Outcome::Failed(status, problem) => ("failed", problem, Some(status)),
    };
    sqlx::query(
        "UPDATE jobs SET state = ?, result = ?, status = ?, progress = 100,
         finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id = ?",
    )
    .bind(state)
    .bind(result)
    .bind(status)
    .bind(id.hyphenated())
    .execute(pool)
    .await
    .or_database()?;
    Ok(())
}

/// Counts the documents of a knowledge base, and their bytes.
pub(super) async fn documents(pool: &SqlitePool, kb_id: Uuid) -> Result<(i64, i64), ApiError> {
    sqlx::query_as("SELECT count(*), coalesce(sum(size), 0) FROM documents WHERE kb_id = ?")
        .bind(kb_id.hyphenated())
        .fetch_one(pool)
        .await
        .or_database()
}
