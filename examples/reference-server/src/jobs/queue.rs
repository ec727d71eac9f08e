use std::sync::{Arc, Mutex, PoisonError};

use definable_errors::report::Reporter;
use definable_errors::{ApiError, RequestContext, ResultExt};
use sqlx::SqlitePool;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Job, JobKind, Outcome, store, work};

/// Runs jobs, a few at a time.
#[derive(Clone)]
pub(crate) struct JobQueue {
    pool: SqlitePool,
    reporter: Reporter,
    slots: Arc<Semaphore>,
    /// The jobs that have not finished yet.
    started: Arc<Mutex<JoinSet<()>>>,
}

/// The number of jobs that run at the same time; others wait for their turn.
const SLOTS: usize = 4;

impl JobQueue {
    pub(crate) fn new(pool: SqlitePool, reporter: Reporter) -> Self {
        let slots = Arc::new(Semaphore::new(SLOTS));
        Self { pool, reporter, slots, started: Arc::default() }
    }

    /// Starts a job. A failure is reported with the ids of the request that started it.
    pub(super) fn start(&self, job: &Job, kind: JobKind, context: RequestContext) {
        let (queue, ids) = (self.clone(), (job.id, job.kb_id));
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        while started.try_join_next().is_some() {}
        started.spawn(async move {
            let Ok(_slot) = queue.slots.acquire().await else { return };
            let outcome = queue.run(ids, kind, &context).await;
            if let Err(error) = store::finish(&queue.pool, ids.0, outcome).await {
                queue.reporter.report(&error, &context);
            }
        });
    }

    async fn run(&self, ids: (Uuid, Uuid), kind: JobKind, context: &RequestContext) -> Outcome {
        match self.work(ids, kind).await {
            Ok(result) => Outcome::Done(result),
            Err(error) => {
                self.reporter.report(&error, context);
                let problem = self.reporter.problem_body(&error, context);
                let problem = String::from_utf8_lossy(&problem).into_owned();
                Outcome::Failed(error.problem().status().as_u16(), problem)
            }
        }
    }

    /// Does the work in a task of its own, so that a panic is a failure like any other.
    async fn work(&self, ids: (Uuid, Uuid), kind: JobKind) -> Result<String, ApiError> {
        let pool = self.pool.clone();
        let work = tokio::spawn(async move { work::run(&pool, ids, kind).await });
        work.await.or_internal()?
    }

    /// Waits until all jobs have finished that were started before.
    pub(crate) async fn finished(&self) {
        let started =
            std::mem::take(&mut *self.started.lock().unwrap_or_else(PoisonError::into_inner));
        started.join_all().await;
    }
}
