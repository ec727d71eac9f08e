//! Tests of jobs: accepted at once, their results fetched later, their failures reported once.

use std::time::Duration;

use serde_json::{Value, json};

use crate::database::Database;
use crate::{ACME, Answer, GLOBEX, HANDBOOK, INDIZIERT, PRODUKTE, Server, User};

fn jobs(org_id: &str) -> String {
    format!("/api/v1/jobs?org_id={org_id}")
}

fn job(id: &str, rest: &str) -> String {
    format!("/api/v1/jobs/{id}{rest}?org_id={ACME}")
}

/// Starts a job, and returns its response and its id.
async fn started(server: &Server, kind: &str) -> (Answer, String) {
    let request = server.request("POST", &jobs(ACME)).header("x-request-id", "started-7");
    let answer = Answer::to(request.json(&json!({"kb_id": HANDBOOK, "kind": kind}))).await;
    let id = answer.json(202)["id"].as_str().unwrap().to_owned();
    (answer, id)
}

/// Waits for the end of a job, and returns it.
async fn ended(server: &Server, id: &str) -> Value {
    for _ in 0..200 {
        let job = server.get(&job(id, "")).await.json(200);
        if job["state"] != "running" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job does not end")
}

/// Returns the fields of the one error in a log.
#[track_caller]
fn only_error(log: &str) -> Value {
    let mut events = log.lines().filter(|line| line.contains(r#""level":"ERROR""#));
    let event = events.next().unwrap_or_else(|| panic!("no error in {log}"));
    assert_eq!(events.next(), None, "one event");
    serde_json::from_str::<Value>(event).unwrap()["fields"].take()
}

#[tokio::test]
async fn job_is_accepted_and_its_result_fetched_later() {
    let server = Server::with(&[("RATE_LIMIT", "1000/60s")]);
    let (accepted, id) = started(&server, "reindex").await;
    assert_eq!(accepted.header("location"), job(&id, ""));
    let body = accepted.json(202);
    assert_eq!(
        body,
        json!({
            "id": id, "org_id": ACME, "kb_id": HANDBOOK, "kind": "reindex", "state": "running",
            "progress": 0, "created_at": body["created_at"], "finished_at": null,
        })
    );
    let early = server.get(&job(&id, "/result")).await;
    assert_eq!(early.problem(409, "job_not_finished")["job_id"], *id);
    assert_eq!(early.header("retry-after"), "1");

    let done = ended(&server, accepted.header("location").split(['/', '?']).nth(4).unwrap()).await;
    assert_eq!((&done["state"], &done["progress"]), (&json!("done"), &json!(100)));
    assert!(done["finished_at"].is_string());
    let result = server.get(&job(&id, "/result")).await;
    assert_eq!(result.json(200), json!({"documents": 0, "bytes": 0}));
    assert_eq!(result.header("content-type"), "application/json");
}

#[tokio::test]
async fn failed_job_has_its_problem_as_result_with_the_ids_of_its_log_line() {
    let server = Server::with(&[("RATE_LIMIT", "1000/60s"), ("LOG_FORMAT", "json")]);
    let (accepted, id) = started(&server, "fail").await;
    assert_eq!(accepted.header("x-request-id"), "started-7");
    assert_eq!(ended(&server, &id).await["state"], "failed");

    let result = server.get(&job(&id, "/result")).await;
    let problem = result.json(500);
    assert_eq!(server.get(&job(&id, "/result")).await.json(500), problem, "it is stored");
    assert_eq!(result.header("content-type"), "application/problem+json");
    assert_eq!(result.header("cache-control"), "no-store");
    let names: Vec<_> = problem.as_object().unwrap().keys().collect();
    assert_eq!(names, ["code", "detail", "instance", "request_id", "status", "title", "type"]);
    assert_eq!((&problem["code"], &problem["status"]), (&"internal_error".into(), &500.into()));
    assert_eq!(problem["type"], "/problems/internal_error");
    assert_eq!(problem["request_id"], "started-7");
    // The response that brought it has an id of its own.
    assert_ne!(result.header("x-request-id"), "started-7");

    let fields = only_error(&server.log());
    assert_eq!(fields["request_id"], "started-7");
    assert_eq!(problem["instance"], format!("urn:uuid:{}", fields["id"].as_str().unwrap()));
    assert_eq!(
        (&fields["http.request.method"], &fields["http.route"]),
        (&"POST".into(), &"/api/v1/jobs".into())
    );
    assert_eq!(fields["error"], "the index cannot be written");
    assert_eq!(fields["subject"], format!("user:{}", User::Owner.id()));
    assert!(fields["location"].as_str().unwrap().contains("jobs/job.rs"));
}

#[tokio::test]
async fn job_of_a_killed_server_fails_when_its_lease_is_over() {
    let database = Database::new("killed");
    let first = Server::with(&[("DATABASE_URL", database.url())]);
    let (_, id) = started(&first, "reindex").await;
    drop(first);
    let settings = [("DATABASE_URL", database.url()), ("LOG_FORMAT", "json")];
    let second = Server::with(&settings);
    assert_eq!(second.get(&job(&id, "")).await.json(200)["state"], "running", "it is leased");
    database.run("UPDATE jobs SET leased_until = 0 WHERE state = 'running'").await;

    let failed = ended(&second, &id).await;
    assert_eq!(failed["state"], "failed");
    assert!(failed["finished_at"].is_string());
    let result = second.get(&job(&id, "/result")).await;
    let problem = result.json(500);
    assert_eq!(result.header("content-type"), "application/problem+json");
    assert_eq!(
        (&problem["code"], &problem["job_id"], &problem["request_id"]),
        (&json!("job_interrupted"), &json!(id), &json!("started-7"))
    );
    let fields = only_error(&second.log());
    assert_eq!(
        (&fields["error.type"], &fields["request_id"]),
        (&json!("job_interrupted"), &json!("started-7"))
    );
    assert_eq!(problem["instance"], format!("urn:uuid:{}", fields["id"].as_str().unwrap()));
    assert_eq!(fields["subject"], format!("user:{}", User::Owner.id()));
}

#[tokio::test]
async fn job_is_valid_or_not_started() {
    let server = Server::production();
    let violations = async |body: Value| server.send("POST", &jobs(ACME), &body).await.violations();
    assert_eq!(
        violations(json!({"kb_id": "x", "kind": "explode", "now": true})).await,
        ["#/kb_id invalid", "#/kind one_of", "#/now unknown_field"]
    );
    assert_eq!(violations(json!({})).await, ["#/kb_id required", "#/kind required"]);
    let unknown = json!({"kb_id": PRODUKTE, "kind": "reindex"});
    server.send("POST", &jobs(ACME), &unknown).await.problem(404, "kb_not_found");
}

#[tokio::test]
async fn job_of_another_organization_is_not_found() {
    let server = Server::production();
    for rest in ["", "/result"] {
        let path = job(INDIZIERT, rest);
        assert_eq!(server.get(&path).await.problem(404, "job_not_found")["job_id"], INDIZIERT);
    }
    let elsewhere = format!("/api/v1/jobs/{INDIZIERT}?org_id={GLOBEX}");
    server.get(&elsewhere).await.problem(403, "not_a_member");
}

#[tokio::test]
async fn job_is_stored_in_the_database_and_finished_before_the_server_stops() {
    let database = Database::new("jobs");
    let first = Server::with(&[("DATABASE_URL", database.url())]);
    let (_, id) = started(&first, "reindex").await;
    let mut first = first;
    first.terminate();
    assert!(first.wait().success());
    let second = Server::with(&[("DATABASE_URL", database.url())]);
    assert_eq!(second.get(&job(&id, "")).await.json(200)["state"], "done");
    assert_eq!(second.get(&job(&id, "/result")).await.json(200)["documents"], 0);
}

#[tokio::test]
async fn job_whose_database_breaks_is_reported() {
    let database = Database::new("broken_job");
    let server = Server::with(&[("DATABASE_URL", database.url()), ("LOG_FORMAT", "json")]);
    let (_, id) = started(&server, "reindex").await;
    database.run("ALTER TABLE documents RENAME TO elsewhere").await;
    assert_eq!(ended(&server, &id).await["state"], "failed");
    let problem = server.get(&job(&id, "/result")).await.json(500);
    assert!(!problem.to_string().contains("documents"), "{problem}");
    let reported = database.missing("documents").replace('"', "\\\"");
    assert!(server.log().contains(&reported), "in a string of JSON");
}
