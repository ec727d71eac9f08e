//! The table of jobs.

use definable_errors::{ApiError, DatabaseExt, ResultExt};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, FromRow};
use uuid::Uuid;

use super::{Job, JobError, NewJob, Origin, Outcome, lease};
use crate::db::{Columns, timestamp};
use crate::kbs::KbError;

const COLUMNS: &str = "id, org_id, kb_id, kind, state, progress, created_at, finished_at";

/// The constraint that a job's knowledge base exists.
const KB_KEY: &str = "jobs_kb_id_fkey";

/// Inserts a job, which is leased from now on. The same statement checks that the knowledge base
/// exists, because another request may delete it in between. On PostgreSQL it may do so even during
/// the statement, and violates the foreign key.
pub(super) async fn create(
    pool: &AnyPool,
    org_id: Uuid,
    new: &NewJob,
    origin: Origin,
) -> Result<Job, ApiError> {
    let created = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "INSERT INTO jobs (id, org_id, kb_id, kind, state, request_id, traceparent, started_by,
         leased_until, created_at)
         SELECT $1, org_id, id, $2, 'running', $3, $4, $5, $6, $7 FROM kbs
         WHERE org_id = $8 AND id = $9 RETURNING {COLUMNS}"
    )))
    .bind(Uuid::new_v4().to_string())
    .bind(new.kind.as_str())
    .bind(origin.request_id)
    .bind(origin.traceparent)
    .bind(origin.started_by)
    .bind(lease::end())
    .bind(timestamp())
    .bind(org_id.to_string())
    .bind(new.kb_id.to_string())
    .fetch_optional(pool)
    .await
    .on_constraint(KB_KEY, KbError::NotFound { id: new.kb_id })
    .or_database()?;
    Ok(created.ok_or(KbError::NotFound { id: new.kb_id })?)
}

/// Finds a job. One of another organization is reported as not found.
pub(super) async fn find(pool: &AnyPool, org_id: Uuid, id: Uuid) -> Result<Job, ApiError> {
    let found = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM jobs WHERE org_id = $1 AND id = $2"
    )))
    .bind(org_id.to_string())
    .bind(id.to_string())
    .fetch_optional(pool)
    .await
    .or_database()?;
    Ok(found.ok_or(JobError::NotFound { id })?)
}

/// Returns the result of a job, which has one once it has finished.
pub(super) async fn outcome(pool: &AnyPool, org_id: Uuid, id: Uuid) -> Result<Outcome, ApiError> {
    let found: Option<(Option<String>, Option<i32>)> =
        sqlx::query_as("SELECT result, status FROM jobs WHERE org_id = $1 AND id = $2")
            .bind(org_id.to_string())
            .bind(id.to_string())
            .fetch_optional(pool)
            .await
            .or_database()?;
    match found.ok_or(JobError::NotFound { id })? {
        (None, _) => Err(JobError::NotFinished { id })?,
        (Some(result), None) => Ok(Outcome::Done(result)),
        (Some(problem), Some(status)) => {
            Ok(Outcome::Failed(status.try_into().or_internal()?, problem))
        }
    }
}

/// Stores how far a job has come, in percent.
pub(super) async fn progress(pool: &AnyPool, id: Uuid, percent: u8) -> Result<(), ApiError> {
    sqlx::query("UPDATE jobs SET progress = $1 WHERE id = $2 AND state = 'running'")
        .bind(i32::from(percent))
        .bind(id.to_string())
        .execute(pool)
        .await
        .or_database()?;
    Ok(())
}

/// Prolongs the lease of a job. Returns false if the job no longer runs.
pub(super) async fn renew(pool: &AnyPool, id: Uuid, until: i64) -> Result<bool, ApiError> {
    let renewed =
        sqlx::query("UPDATE jobs SET leased_until = $1 WHERE id = $2 AND state = 'running'")
            .bind(until)
            .bind(id.to_string())
            .execute(pool)
            .await
            .or_database()?;
    Ok(renewed.rows_affected() > 0)
}

/// Returns running jobs whose lease was over before `now`, in milliseconds since 1970: 100 at most,
/// the longest lost first.
pub(super) async fn interrupted(pool: &AnyPool, now: i64) -> Result<Vec<(Uuid, Origin)>, ApiError> {
    let with_id = |row: AnyRow| Ok((row.uuid("id")?, Origin::from_row(&row)?));
    sqlx::query(
        "SELECT id, request_id, traceparent, started_by FROM jobs
         WHERE state = 'running' AND leased_until < $1 ORDER BY leased_until LIMIT 100",
    )
    .bind(now)
    .try_map(with_id)
    .fetch_all(pool)
    .await
    .or_database()
}

/// Stores the result of a job, after which it counts as finished. Returns false if it no longer ran.
pub(super) async fn finish(pool: &AnyPool, id: Uuid, outcome: Outcome) -> Result<bool, ApiError> {
    end(pool, id, outcome, i64::MAX).await
}

/// Stores the failure of a job whose lease was over before `now`. Returns false if the job finished
/// since, if its lease was renewed, or if another server was first.
pub(super) async fn interrupt(
    pool: &AnyPool,
    id: Uuid,
    failure: Outcome,
    now: i64,
) -> Result<bool, ApiError> {
    end(pool, id, failure, now).await
}

/// Stores the result of a running job whose lease is over before the given time.
async fn end(
    pool: &AnyPool,
    id: Uuid,
    outcome: Outcome,
    leased_before: i64,
) -> Result<bool, ApiError> {
    let (state, result, status) = match outcome {
        Outcome::Done(result) => ("done", result, None),
        Outcome::Failed(status, problem) => ("failed", problem, Some(i32::from(status))),
    };
    let ended = sqlx::query(
        "UPDATE jobs SET state = $1, result = $2, status = $3, progress = 100, finished_at = $4
         WHERE id = $5 AND state = 'running' AND leased_until < $6",
    )
    .bind(state)
    .bind(result)
    .bind(status)
    .bind(timestamp())
    .bind(id.to_string())
    .bind(leased_before)
    .execute(pool)
    .await
    .or_database()?;
    Ok(ended.rows_affected() > 0)
}

/// Counts the documents of a knowledge base, and their bytes.
pub(super) async fn documents(pool: &AnyPool, kb_id: Uuid) -> Result<(i64, i64), ApiError> {
    // PostgreSQL adds up to a NUMERIC.
    let sums =
        "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM documents WHERE kb_id = $1";
    sqlx::query_as(sums).bind(kb_id.to_string()).fetch_one(pool).await.or_database()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::jobs::job::JobKind;
    use crate::seed::{self, ACME, HANDBOOK};
    use crate::{Database, OpenDatabase};

    /// Opens a database with one running job, and returns the end of its lease, too.
    pub(in crate::jobs) async fn running() -> (OpenDatabase, Uuid, i64) {
        let database: Database = "sqlite::memory:".parse().unwrap();
        let database = database.open().await.unwrap();
        seed::plant(&database.pool).await.unwrap();
        let origin = Origin { request_id: "a".into(), traceparent: None, started_by: None };
        let new = NewJob { kb_id: HANDBOOK, kind: JobKind::Reindex };
        let job = create(&database.pool, ACME, &new, origin).await.unwrap();
        (database, job.id, lease::end())
    }

    async fn state(database: &OpenDatabase, id: Uuid) -> String {
        let job = find(&database.pool, ACME, id).await.unwrap();
        serde_json::to_value(job).unwrap()["state"].as_str().unwrap().to_owned()
    }

    #[tokio::test]
    async fn job_is_interrupted_once_and_only_when_its_lease_is_over() {
        let (database, id, end) = running().await;
        let interrupted = async |now| interrupted(&database.pool, now).await.unwrap().len();
        let interrupt = async |now| {
            let failure = Outcome::Failed(500, "{}".into());
            interrupt(&database.pool, id, failure, now).await.unwrap()
        };
        assert_eq!((interrupted(end - 1000).await, interrupt(end - 1000).await), (0, false));
        assert_eq!(interrupted(end + 1).await, 1);
        assert!(renew(&database.pool, id, end + 2000).await.unwrap());
        assert!(!interrupt(end + 1).await, "its lease was renewed");
        assert!(interrupt(end + 3000).await);
        assert_eq!((interrupted(end + 3000).await, interrupt(end + 3000).await), (0, false));
        assert_eq!(state(&database, id).await, "failed");
    }

    #[tokio::test]
    async fn interrupted_job_neither_finishes_nor_goes_on() {
        let (database, id, end) = running().await;
        let failure = Outcome::Failed(500, "{}".into());
        assert!(interrupt(&database.pool, id, failure, end + 1).await.unwrap());
        assert!(!renew(&database.pool, id, end + 2000).await.unwrap());
        progress(&database.pool, id, 20).await.unwrap();
        assert!(!finish(&database.pool, id, Outcome::Done("{}".into())).await.unwrap());
        let outcome = outcome(&database.pool, ACME, id).await.unwrap();
        assert!(matches!(outcome, Outcome::Failed(500, _)), "{outcome:?}");
    }
}
