//! Jobs: started, looked at, and their events.

use serde_json::json;

use super::{Case, Expected, bad, case, good};
use crate::system::CANARY;
use crate::system::ask::{Ask, REQUEST_ID};
use crate::system::world::{HANDBOOK, INDEXED, PRODUKTE, User, World};

/// A job of another organization.
const INDIZIERT: &str = "cccccccc-0003-4000-8000-000000000000";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = started();
    cases.extend(states());
    cases.extend(results());
    cases.extend(events());
    cases
}

fn started() -> Vec<Case> {
    const START: &str = "POST /api/v1/jobs";
    let start = |world: &World| Ask::post("/api/v1/jobs").acme(world, User::Member);
    vec![
        good(START, 202, move |world| {
            start(world).json(&json!({"kb_id": HANDBOOK, "kind": "reindex"}))
        }),
        // Its failure is reported under the id of this request.
        good(START, 202, move |world| {
            let job = json!({"kb_id": HANDBOOK, "kind": "fail"});
            start(world).field(REQUEST_ID, world.provoked()).json(&job)
        }),
        bad(START, "of an unknown kind", &[(400, "validation_failed")], move |world| {
            start(world).json(&json!({"kb_id": HANDBOOK, "kind": format!("{CANARY}-kind")}))
        }),
        bad(START, "for another organization", &[(404, "kb_not_found")], move |world| {
            start(world).json(&json!({"kb_id": PRODUKTE, "kind": "reindex"}))
        }),
        bad(START, "by a guest", &[(403, "insufficient_permissions")], |world| {
            let job = json!({"kb_id": HANDBOOK, "kind": "reindex"});
            Ask::post("/api/v1/jobs").acme(world, User::Guest).json(&job)
        }),
    ]
}

fn job(world: &World, id: &str, rest: &str) -> Ask {
    Ask::get(format!("/api/v1/jobs/{id}{rest}")).acme(world, User::Member)
}

fn failed(world: &World) -> &str {
    let number = usize::try_from(world.next()).unwrap();
    &world.failed_jobs[number % world.failed_jobs.len()]
}

fn states() -> Vec<Case> {
    const FIND: &str = "GET /api/v1/jobs/{job_id}";
    vec![
        good(FIND, 200, |world| job(world, INDEXED, "")),
        bad(FIND, "of another organization", &[(404, "job_not_found")], |world| {
            job(world, INDIZIERT, "")
        }),
    ]
}

fn results() -> Vec<Case> {
    const RESULT: &str = "GET /api/v1/jobs/{job_id}/result";
    vec![
        good(RESULT, 200, |world| job(world, INDEXED, "/result")),
        bad(RESULT, "with an id that is none", &[(400, "validation_failed")], |world| {
            job(world, &format!("{CANARY}-job"), "/result")
        }),
        case(RESULT, "of a failed job", Expected::Stored(500, "internal_error"), |world| {
            job(world, failed(world), "/result")
        }),
    ]
}

fn events() -> Vec<Case> {
    const EVENTS: &str = "GET /api/v1/jobs/{job_id}/events";
    vec![
        good(EVENTS, 200, |world| job(world, INDEXED, "/events")),
        // The last event is the problem.
        good(EVENTS, 200, |world| job(world, failed(world), "/events")),
        bad(EVENTS, "of another organization", &[(404, "job_not_found")], |world| {
            job(world, INDIZIERT, "/events").field("last-event-id", format!("{CANARY}-event"))
        }),
    ]
}
