//! Tests of requests that change the same data at the same moment.

use std::collections::BTreeMap;

use reqwest::RequestBuilder;
use serde_json::json;

use crate::database::Database;
use crate::{ACME, Answer, HANDBOOK, Server};

/// Starts a server on a database that it has several connections to.
fn server(database: &Database) -> Server {
    Server::with(&[("DATABASE_URL", database.url()), ("RATE_LIMIT", "100000/60s")])
}

/// Sends all requests at once, and returns how often each status and code was received.
async fn outcomes(
    requests: impl IntoIterator<Item = RequestBuilder>,
) -> BTreeMap<(u16, String), usize> {
    let sent = requests.into_iter().map(|request| tokio::spawn(Answer::to(request)));
    let mut outcomes = BTreeMap::new();
    for answer in sent.collect::<Vec<_>>() {
        let answer = answer.await.unwrap();
        let body: serde_json::Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let code = body["code"].as_str().unwrap_or_default().to_owned();
        *outcomes.entry((answer.status, code)).or_default() += 1;
    }
    outcomes
}

#[tokio::test]
async fn one_of_several_changes_of_the_same_state_wins() {
    let database = Database::new("changes");
    let server = server(&database);
    let path = format!("/api/v1/kbs/{HANDBOOK}?org_id={ACME}");
    for round in 0..5 {
        let etag = server.get(&path).await.header("etag").to_owned();
        let changes = (0..10).map(|change| {
            let request = server.request("PUT", &path).header("if-match", &etag);
            request.json(&json!({"name": format!("Handbook {round} {change}")}))
        });
        let expected = [((200, String::new()), 1), ((412, "kb_changed".to_owned()), 9)];
        assert_eq!(outcomes(changes).await, BTreeMap::from(expected));
    }
}

#[tokio::test]
async fn name_is_given_to_one_of_several_knowledge_bases() {
    let database = Database::new("names");
    let server = server(&database);
    let path = format!("/api/v1/kbs?org_id={ACME}");
    for round in 0..5 {
        let name = json!({"name": format!("Recipes {round}")});
        let creations = (0..10).map(|_| server.request("POST", &path).json(&name));
        let expected = [((201, String::new()), 1), ((409, "kb_name_taken".to_owned()), 9)];
        assert_eq!(outcomes(creations).await, BTreeMap::from(expected));
    }
}

/// What is added to a knowledge base while it is deleted is deleted with it, or finds it no longer.
#[tokio::test]
async fn deletion_beside_additions_leaves_nothing_behind() {
    let database = Database::new("deletions");
    let server = server(&database);
    let add = |path: &str| server.request("POST", &format!("{path}?org_id={ACME}"));
    for round in 0..10 {
        let created = add("/api/v1/kbs").json(&json!({"name": format!("Recipes {round}")}));
        let id = Answer::to(created).await.json(201)["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/kbs/{id}?org_id={ACME}");
        let job = || add("/api/v1/jobs").json(&json!({"kb_id": id, "kind": "reindex"}));
        let note = || {
            let request = server.anonymous("POST", "/hooks/ingest");
            let request = request.header("x-api-key", "kb_live_acme_ingest");
            request.json(&json!({"kb_id": id, "text": "hello"}))
        };
        let delete = server.request("DELETE", &path);
        let outcomes = outcomes([job(), note(), delete, job(), note(), job(), note()]).await;
        for ((status, code), count) in outcomes {
            let is_right = match status {
                202 | 204 => code.is_empty(),
                404 => code == "kb_not_found",
                _ => false,
            };
            assert!(is_right, "{count} times {status} {code}");
        }
        server.get(&path).await.problem(404, "kb_not_found");
    }
}
