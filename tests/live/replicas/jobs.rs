//! Tests of jobs that are read at all replicas, and outlive the one that runs them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::needs;
use support::postgres::Server;

use super::replica::{ACME, post, send};
use super::{Replica, start};

const HANDBOOK: &str = "aaaaaaaa-0001-4000-8000-000000000000";

/// A lease lasts ten seconds, and is looked at every two.
const NOTICED_WITHIN: Duration = Duration::from_secs(15);

fn path(id: &str, rest: &str) -> String {
    format!("/api/v1/jobs/{id}{rest}?org_id={ACME}")
}

/// Starts a job, and returns its id.
async fn started(replica: &Replica, token: &str) -> String {
    let body = json!({"kb_id": HANDBOOK, "kind": "reindex"});
    let path = format!("/api/v1/jobs?org_id={ACME}");
    let answer = send(replica.address, post(&path, &body, token)).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Waits until the replica sees the end of a job, and returns it.
async fn ended(replica: &Replica, id: &str, token: &str) -> Value {
    let start = Instant::now();
    loop {
        let answer = replica.get(&path(id, ""), token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let job = answer.json();
        if job["state"] != "running" {
            return job;
        }
        assert!(start.elapsed() < NOTICED_WITHIN, "{job}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn job_is_seen_and_its_result_read_at_every_replica() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let replicas = start(&postgres.url(), &[]);
    let tokens = replicas[1].login().await;
    let token = tokens["access_token"].as_str().unwrap();
    let id = started(&replicas[0], token).await;
    let running = replicas[2].get(&path(&id, ""), token).await;
    assert_eq!(running.json()["state"], "running", "it is seen at once");
    for replica in &replicas[1..] {
        assert_eq!(ended(replica, &id, token).await["state"], "done");
        let result = replica.get(&path(&id, "/result"), token).await;
        assert_eq!(
            (result.status.as_u16(), result.json()),
            (200, json!({"documents": 0, "bytes": 0}))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn job_of_a_killed_replica_fails_at_the_others_and_is_reported_once() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let [mut first, second, third] = start(&postgres.url(), &[]);
    let tokens = second.login().await;
    let token = tokens["access_token"].as_str().unwrap();
    let id = started(&first, token).await;
    first.kill();
    let early = second.get(&path(&id, "/result"), token).await;
    assert_eq!(early.code(), "job_not_finished");

    let mut results = Vec::new();
    for replica in [&second, &third] {
        assert_eq!(ended(replica, &id, token).await["state"], "failed");
        let result = replica.get(&path(&id, "/result"), token).await;
        assert_eq!((result.status.as_u16(), &*result.code()), (500, "job_interrupted"));
        results.push(result.json());
    }
    assert_eq!(results[0], results[1], "it is stored");
    assert_eq!(
        (&results[0]["job_id"], &results[0]["request_id"]),
        (&json!(id), &json!("replica-7"))
    );

    let logs = second.log() + &third.log();
    let reports: Vec<Value> = logs
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|event: &Value| event["fields"]["error.type"] == "job_interrupted")
        .collect();
    let [report] = &reports[..] else { panic!("one report, not {logs}") };
    let instance = format!("urn:uuid:{}", report["fields"]["id"].as_str().unwrap());
    assert_eq!(
        (&results[0]["instance"], &report["fields"]["request_id"]),
        (&json!(instance), &json!("replica-7"))
    );
}
