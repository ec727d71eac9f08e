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
use utoipa::OpenApi;
use uuid::Uuid;

use super::{
    EventProblems, FindProblems, Indexed, Job, JobEvent, JobQueue, NewJob, Origin, Outcome,
    ResultProblems, StartProblems, events, job, store,
};
use crate::AppState;
use crate::access::{InOrg, JobsRead, JobsWrite};

/// The time after which a client has to connect again, so that its rights are checked again.
const MAX_DURATION: Duration = Duration::from_mins(5);

pub(crate) fn routes() -> GuardedRouter<AppState> {
    GuardedRouter::new()
        .post("/api/v1/jobs", start)
        .get("/api/v1/jobs/{job_id}", find)
        .get("/api/v1/jobs/{job_id}/events", events)
        .get("/api/v1/jobs/{job_id}/result", result)
}

/// The operations on jobs.
#[derive(OpenApi)]
#[openapi(paths(start, find, events, result))]
pub(crate) struct Operations;

/// Starts a job, which goes on after the response.
#[utoipa::path(
    post, path = "/api/v1/jobs", operation_id = "start_job", tag = "Jobs",
    params(InOrg),
    request_body = NewJob,
    responses((
        status = 202, description = "The job.", body = Job,
        headers(("Location" = String, description = "The path of its state.")),
    )),
)]
async fn start(
    member: Require<JobsWrite>,
    State(pool): State<AnyPool>,
    State(queue): State<JobQueue>,
    context: RequestContext,
    Json(new): Json<NewJob>,
) -> Result<impl IntoResponse, Declared<StartProblems>> {
    let origin = Origin::from_context(&context);
    let job = store::create(&pool, *member.organization(), &new, origin).await?;
    queue.start(job.id, job::run(pool, (job.id, job.kb_id), new.kind), context);
    let location = format!("/api/v1/jobs/{}?org_id={}", job.id, job.org_id);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(job)))
}

/// Returns the state of a job.
#[utoipa::path(
    get, path = "/api/v1/jobs/{job_id}", operation_id = "find_job", tag = "Jobs",
    params(InOrg, ("job_id" = Uuid, Path, description = "The id of the job.")),
    responses((status = 200, description = "The job.", body = Job)),
)]
async fn find(
    member: Require<JobsRead>,
    State(pool): State<AnyPool>,
    Path(id): Path<Uuid>,
) -> Result<Json<Job>, Declared<FindProblems>> {
    Ok(Json(store::find(&pool, *member.organization(), id).await?))
}

/// Sends the events of a job. One that does not exist is a problem before the head.
#[utoipa::path(
    get, path = "/api/v1/jobs/{job_id}/events", operation_id = "watch_job", tag = "Jobs",
    params(InOrg, ("job_id" = Uuid, Path, description = "The id of the job.")),
    responses((
        status = 200, content_type = "text/event-stream", body = JobEvent,
        description = "The events of the job, until it has ended.",
    )),
)]
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

/// Returns the result of a job that has finished. That of a failed job is its problem.
#[utoipa::path(
    get, path = "/api/v1/jobs/{job_id}/result", operation_id = "job_result", tag = "Jobs",
    params(InOrg, ("job_id" = Uuid, Path, description = "The id of the job.")),
    responses((status = 200, description = "The result.", body = Indexed)),
)]
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
