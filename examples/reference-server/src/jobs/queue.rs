//! The jobs that run on this server, and those that other servers left behind.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use definable_errors::report::Reporter;
use definable_errors::{ApiError, RequestContext, ResultExt};
use sqlx::AnyPool;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::{JobError, Outcome, lease, store};
use crate::db::milliseconds;

/// Runs jobs, a few at a time.
#[derive(Clone)]
pub(crate) struct JobQueue {
    pool: AnyPool,
    reporter: Reporter,
    slots: Arc<Semaphore>,
    /// The jobs that have not finished yet.
    started: Arc<Mutex<JoinSet<()>>>,
}

/// The number of jobs that run at the same time; others wait for their turn.
const SLOTS: usize = 4;

impl JobQueue {
    pub(crate) fn new(pool: AnyPool, reporter: Reporter) -> Self {
        let slots = Arc::new(Semaphore::new(SLOTS));
        Self { pool, reporter, slots, started: Arc::default() }
    }

    /// Starts the work of a job. A failure is reported with the ids of the request that started it.
    pub(super) fn start(
        &self,
        id: Uuid,
        work: impl Future<Output = Result<String, ApiError>> + Send + 'static,
        context: RequestContext,
    ) {
        let queue = self.clone();
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        while started.try_join_next().is_some() {}
        started.spawn(async move {
            tokio::select! {
                result = queue.run(work) => queue.finish(id, &result, &context).await,
                () = lease::renew(&queue.pool, id) => {}
            }
        });
    }

    /// Does the work in a task of its own, so that a panic is a failure like any other. The task is
    /// aborted when this future is dropped.
    async fn run(
        &self,
        work: impl Future<Output = Result<String, ApiError>> + Send + 'static,
    ) -> Result<String, ApiError> {
        let _slot = self.slots.acquire().await.or_internal()?;
        let mut task = JoinSet::new();
        task.spawn(work);
        task.join_next().await.expect("there is a task").or_internal()?
    }

    /// Stores the result of a job, and reports a failure. Nothing is reported if the job no longer
    /// runs: whoever noticed that has reported it.
    async fn finish(&self, id: Uuid, result: &Result<String, ApiError>, context: &RequestContext) {
        let outcome = match result {
            Ok(result) => Outcome::Done(result.clone()),
            Err(error) => self.failure(error, context),
        };
        let stored = store::finish(&self.pool, id, outcome).await;
        let (failed, lost) = (result.as_ref().err(), stored.as_ref().err());
        let is_over = stored.as_ref().is_ok_and(|is_stored| !is_stored);
        for error in failed.filter(|_| !is_over).into_iter().chain(lost) {
            self.reporter.report(error, context);
        }
    }

    fn failure(&self, error: &ApiError, context: &RequestContext) -> Outcome {
        let problem = self.reporter.problem_body(error, context);
        let problem = String::from_utf8_lossy(&problem).into_owned();
        Outcome::Failed(error.problem().status().as_u16(), problem)
    }

    /// Looks for jobs that lost their server, again and again, and stores and reports their failure.
    pub(crate) async fn watch(&self) {
        let mut ticks = interval(lease::INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.fail_interrupted().await {
                tracing::warn!(error = %error.chain(), "interrupted jobs cannot be looked for");
            }
        }
    }

    /// All servers do this, but only the one that stores the failure of a job reports it.
    async fn fail_interrupted(&self) -> Result<(), ApiError> {
        let now = milliseconds(SystemTime::now());
        for (id, origin) in store::interrupted(&self.pool, now).await? {
            let context = origin.into_context().await;
            let error = ApiError::from(JobError::Interrupted { id });
            let failure = self.failure(&error, &context);
            if store::interrupt(&self.pool, id, failure, now).await? {
                self.reporter.report(&error, &context);
            }
        }
        Ok(())
    }

    /// Waits until all jobs have finished that were started before.
    pub(crate) async fn finished(&self) {
        let started =
            std::mem::take(&mut *self.started.lock().unwrap_or_else(PoisonError::into_inner));
        started.join_all().await;
    }
}

#[cfg(test)]
mod tests {
    use definable_errors::ApiErrorLayer;
    use definable_errors::report::{ErrorEvent, Report};
    use serde_json::Value;

    use super::*;
    use crate::jobs::Origin;
    use crate::jobs::store::tests::running;
    use crate::seed::ACME;

    /// The ids and the chain of everything that was reported.
    #[derive(Clone, Default)]
    struct Reported(Arc<Mutex<Vec<(String, String)>>>);

    impl Report for Reported {
        fn report(&self, event: &ErrorEvent<'_>) {
            let id = event.context().id().to_string();
            self.0.lock().unwrap().push((id, event.error().chain().to_string()));
        }
    }

    #[tokio::test]
    async fn job_that_panics_has_an_internal_error_as_result_and_is_reported_once() {
        let (database, id, _) = running().await;
        let reports = Reported::default();
        let reporter = ApiErrorLayer::new().report(reports.clone()).reporter();
        let queue = JobQueue::new(database.pool.clone(), reporter);
        let origin = Origin { request_id: "started-7".into(), traceparent: None, started_by: None };
        queue.start(id, async { panic!("the index is inconsistent") }, origin.into_context().await);
        queue.finished().await;

        let outcome = store::outcome(&database.pool, ACME, id).await.unwrap();
        let Outcome::Failed(500, problem) = outcome else { panic!("{outcome:?}") };
        assert!(!problem.contains("inconsistent"), "{problem}");
        let problem: Value = serde_json::from_str(&problem).unwrap();
        assert_eq!(problem["code"], "internal_error");
        assert_eq!(problem["request_id"], "started-7");

        let found = std::mem::take(&mut *reports.0.lock().unwrap());
        let [(instance, chain)] = &found[..] else { panic!("{found:?}") };
        assert_eq!(problem["instance"], format!("urn:uuid:{instance}"));
        assert!(chain.contains("the index is inconsistent"), "{chain}");

        // The queue survives, and the next job runs.
        let next = queue.run(async { Ok("{}".to_owned()) }).await;
        assert_eq!(next.unwrap(), "{}");
    }
}
