//! The events of a job, until it has ended.

use std::time::Duration;

use axum::response::sse::Event;
use definable_errors::ApiError;
use definable_errors::stream::{FINAL_EVENT_ID, problem_event};
use futures_util::{Stream, TryStreamExt, stream};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{Job, Outcome, store};

/// How often the state of a job is read. Any replica can send the events, whichever runs the job.
const INTERVAL: Duration = Duration::from_millis(200);

/// Returns the events of a job: `progress` whenever it changes, then `done` with the result, or
/// `problem` with the stored problem, which has the ids of its log line.
pub(super) fn events<E: From<ApiError>>(
    pool: AnyPool,
    job: &Job,
) -> impl Stream<Item = Result<Event, E>> + use<E> {
    let watch = Watch { pool, org_id: job.org_id, id: job.id, progress: None, has_ended: false };
    stream::try_unfold(watch, Watch::next).map_err(E::from)
}

/// What was sent about a job.
struct Watch {
    pool: AnyPool,
    org_id: Uuid,
    id: Uuid,
    progress: Option<i64>,
    has_ended: bool,
}

impl Watch {
    /// Waits for the next event. There is none after the job has ended.
    async fn next(mut self) -> Result<Option<(Event, Self)>, ApiError> {
        while !self.has_ended {
            let job = store::find(&self.pool, self.org_id, self.id).await?;
            if !job.is_running() {
                self.has_ended = true;
                return Ok(Some((self.last().await?, self)));
            }
            if self.progress.replace(job.progress()) != Some(job.progress()) {
                let data = format!(r#"{{"progress":{}}}"#, job.progress());
                return Ok(Some((Event::default().event("progress").data(data), self)));
            }
            tokio::time::sleep(INTERVAL).await;
        }
        Ok(None)
    }

    /// Returns the last event. Clients do not come back after it.
    async fn last(&self) -> Result<Event, ApiError> {
        Ok(match store::outcome(&self.pool, self.org_id, self.id).await? {
            Outcome::Done(result) => Event::default().event("done").id(FINAL_EVENT_ID).data(result),
            Outcome::Failed(_, problem) => problem_event(&problem),
        })
    }
}
