//! The routes of jobs.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use definable_errors::extract::{Json, Path};
use definable_errors::rbac::Require;
use definable_errors::report::Reported;
use definable_errors::router::GuardedRouter;
use definable_errors::stream::{LastEventId, Sse};
use definable_errors::{Declared, Passthrough, RequestContext, ResultExt};
use futures_util::Stream;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use sqlx::AnyPool;
use uuid::Uuid;

use super::{
    EventProblems, FindProblems, Job, JobQueue, NewJob, Origin, Outcome, ResultProblems,
    StartProblems, events, store, work,
};
use crate::AppState;
use crate::access::{JobsRead, JobsWrite};

/// The time after which a client has to connect again, so that its rights are checked again.
const MAX_DURATION: Duration = Duration::from_mins(5);

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .post("/api/v1/jobs", start)
        .get("/api/v1/jobs/{job_id}", find)
        .get("/api/v1/jobs/{job_id}/events", events)
        .get("/api/v1/jobs/{job_id}/result", result)
}

async fn start(
    member: Require<JobsWrite>,
    State(pool): State<AnyPool>,
    State(queue): State<JobQueue>,
    context: RequestContext,
    Json(new): Json<NewJob>,
) -> Result<impl IntoResponse, Declared<StartProblems>> {
    let origin = Origin::from_context(&context);
    let job = store::create(&pool, *member.organization(), &new, origin).await?;
    queue.start(job.id, work::run(pool, (job.id, job.kb_id), new.kind), context);
    let location = format!("/api/v1/jobs/{}?org_id={}", job.id, job.org_id);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(job)))
}

async fn find(
    member: Require<JobsRead>,
    State(pool): State<AnyPool>,
    Path(id): Path<Uuid>,
) -> Result<Json<Job>, Declared<FindProblems>> {
    Ok(Json(store::find(&pool, *member.organization(), id).await?))
}

/// Sends the events of a job. One that does not exist is a problem before the head.
async fn events(
    member: Require<JobsRead>,
    _: LastEventId,
    State(pool): State<AnyPool>,
    Path(id): Path<Uuid>,
) -> Result<Sse<impl Stream<Item = Result<Event, Declared<EventProblems>>>>, Declared<EventProblems>>
{
    let job = store::find(&pool, *member.organization(), id).await?;
    Ok(Sse::new(events::events(pool, &job)).max_duration(MAX_DURATION))
}

async fn result(
    member: Require<JobsRead>,
    State(pool): State<AnyPool>,
    Path(id): Path<Uuid>,
) -> Result<Response, Declared<ResultProblems>> {
    match store::outcome(&pool, *member.organization(), id).await? {
        Outcome::Done(result) => Ok(([(CONTENT_TYPE, "application/json")], result).into_response()),
        Outcome::Failed(status, problem) => {
            let status = StatusCode::from_u16(status).or_internal()?;
            Ok((status, failed_before(problem)).into_response())
        }
    }
}

/// The problem of a job: it has the ids under which the failure was reported, so the layer neither
/// replaces nor reports it.
fn failed_before(problem: String) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/problem+json"),
        (CACHE_CONTROL, "no-store"),
        (http::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (Extension(Passthrough), Extension(Reported), headers, problem)
}
