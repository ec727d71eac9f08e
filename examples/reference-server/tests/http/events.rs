//! Tests of the events of a job: progress, then the result or the problem, from any replica.

use serde_json::{Value, json};

use crate::database::Database;
use crate::{ACME, Answer, HANDBOOK, INDEXED, INDIZIERT, Server};

fn events(id: &str) -> String {
    format!("/api/v1/jobs/{id}/events?org_id={ACME}")
}

async fn started(server: &Server, kind: &str) -> String {
    let request = server.request("POST", &format!("/api/v1/jobs?org_id={ACME}"));
    let request = request.header("x-request-id", "started-7");
    let answer = Answer::to(request.json(&json!({"kb_id": HANDBOOK, "kind": kind}))).await;
    answer.json(202)["id"].as_str().unwrap().to_owned()
}

/// Returns the name, the id and the data of every event.
fn parsed(answer: &Answer) -> Vec<(String, Option<String>, Value)> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/event-stream"));
    let events = answer.text.split_terminator("\n\n").map(|event| {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
        let data = serde_json::from_str(field("data: ").unwrap()).unwrap();
        (field("event: ").unwrap().to_owned(), field("id: ").map(str::to_owned), data)
    });
    events.collect()
}

#[tokio::test]
async fn events_of_a_job_can_be_read_from_another_replica() {
    let database = Database::new("events");
    let first = Server::with(&[("DATABASE_URL", database.url())]);
    let second = Server::with(&[("DATABASE_URL", database.url())]);
    let id = started(&first, "reindex").await;
    let answer = second.get(&events(&id)).await;
    let mut found = parsed(&answer);
    let done = found.pop().unwrap();
    assert_eq!(done, ("done".into(), Some("ended".into()), json!({"documents": 0, "bytes": 0})));
    assert!(!found.is_empty(), "{}", answer.text);
    let mut last = -1;
    for (name, id, data) in found {
        assert_eq!((&*name, id), ("progress", None));
        let progress = data["progress"].as_i64().unwrap();
        assert!(progress > last, "{}", answer.text);
        last = progress;
    }
}

#[tokio::test]
async fn failed_job_ends_with_its_problem_which_has_the_ids_of_its_log_line() {
    let server = Server::with(&[("RATE_LIMIT", "1000/60s"), ("LOG_FORMAT", "json")]);
    let id = started(&server, "fail").await;
    let answer = server.get(&events(&id)).await;
    let (name, last_id, problem) = parsed(&answer).pop().unwrap();
    assert_eq!((&*name, &problem["code"]), ("problem", &json!("internal_error")));
    assert_eq!(problem["request_id"], "started-7");
    assert!(!answer.text.contains("index cannot be written"));
    let result = format!("/api/v1/jobs/{id}/result?org_id={ACME}");
    assert_eq!(server.get(&result).await.json(500), problem);

    // Whoever comes back has nothing more to expect.
    let last_id = last_id.unwrap();
    let again = server.request("GET", &events(&id)).header("last-event-id", &last_id);
    assert_eq!(Answer::to(again).await.status, 204);

    let log = server.log();
    let reported: Vec<Value> = log
        .lines()
        .filter(|line| line.contains("ERROR"))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [event] = &reported[..] else { panic!("one event, not {log}") };
    let id = event["fields"]["id"].as_str().unwrap();
    assert_eq!(problem["instance"], format!("urn:uuid:{id}"));
    assert_eq!(last_id, format!("ended-by-problem:{id}"));
}

#[tokio::test]
async fn finished_job_sends_its_last_event_alone() {
    let server = Server::production();
    let found = parsed(&server.get(&events(INDEXED)).await);
    assert_eq!((found.len(), &*found[0].0), (1, "done"));
    let again = server.request("GET", &events(INDEXED)).header("last-event-id", "ended");
    assert_eq!(Answer::to(again).await.status, 204);
}

#[tokio::test]
async fn events_of_no_job_are_a_problem_response() {
    let server = Server::production();
    let problem = server.get(&events(INDIZIERT)).await.problem(404, "job_not_found");
    assert_eq!(problem["job_id"], INDIZIERT);
    assert_eq!(server.get(&events("x")).await.violations(), ["job_id invalid"]);
}

#[tokio::test]
async fn database_that_breaks_while_events_are_read_is_a_problem_that_is_reported_once() {
    let database = Database::new("broken_events");
    let server = Server::with(&[("DATABASE_URL", database.url()), ("LOG_FORMAT", "json")]);
    // No server runs it, so it does not end before its lease.
    let running = "UPDATE jobs SET state = 'running', result = NULL, leased_until = 32503680000000";
    database.run(running).await;
    let request = server.request("GET", &events(INDEXED));
    let reading = tokio::spawn(Answer::to(request));
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    database.run("ALTER TABLE jobs RENAME TO lost").await;
    let answer = reading.await.unwrap();
    let (name, _, problem) = parsed(&answer).pop().unwrap();
    assert_eq!((&*name, &problem["code"]), ("problem", &json!("internal_error")));
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    let log = server.log();
    let reported: Vec<_> = log.lines().filter(|line| line.contains("internal_error")).collect();
    assert_eq!(reported.len(), 1, "{log}");
    let event: Value = serde_json::from_str(reported[0]).unwrap();
    let fields = &event["fields"];
    assert_eq!(
        (&fields["notes"], &fields["id"]),
        (&json!("after the head"), &problem["request_id"])
    );
    assert!(fields["error"].as_str().unwrap().contains(&database.missing("jobs")), "{event}");
}
