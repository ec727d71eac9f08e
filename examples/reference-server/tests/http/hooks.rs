//! Tests of deliveries by programs with an API key.

use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::database::Database;
use crate::{Answer, HANDBOOK, PRODUKTE, Server, User};

const KEY: &str = "kb_live_acme_ingest";

fn ingest(server: &Server, key: &str) -> RequestBuilder {
    server.anonymous("POST", "/hooks/ingest").header("x-api-key", key)
}

fn note() -> Value {
    json!({"kb_id": HANDBOOK, "text": "Grüße from elsewhere"})
}

#[tokio::test]
async fn delivered_text_is_stored() {
    let database = Database::new("ingested");
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    let document = Answer::to(ingest(&server, KEY).json(&note())).await.json(202);
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    assert_eq!(
        document,
        json!({
            "id": text("id"), "kb_id": HANDBOOK, "file_name": null,
            "content_type": "text/plain", "size": 22, "created_at": text("created_at"),
        })
    );
    let content = format!("SELECT content FROM documents WHERE id = '{}'", text("id"));
    assert_eq!(database.text(content).await, "Grüße from elsewhere");
}

#[tokio::test]
async fn only_an_active_key_is_accepted() {
    let database = Database::new("keys");
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    let wrong =
        ["kb_live_acme_expired", "kb_live_acme", "", "kb_live_acme_ingest2", "KB_LIVE_ACME_INGEST"];
    for key in wrong {
        let answer = Answer::to(ingest(&server, key).json(&note())).await;
        let problem = answer.problem(401, "invalid_api_key");
        assert_eq!(problem["detail"], "Invalid or inactive API key");
        assert!(!answer.header("www-authenticate").is_empty());
    }
    let none = server.anonymous("POST", "/hooks/ingest").json(&note());
    Answer::to(none).await.problem(401, "missing_credentials");
    let two = ingest(&server, KEY).header("x-api-key", KEY).json(&note());
    Answer::to(two).await.problem(400, "invalid_authorization");
    let token = server.request_by(User::Owner, "POST", "/hooks/ingest").json(&note());
    Answer::to(token).await.problem(401, "missing_credentials");

    database.run("UPDATE api_keys SET status = 'inactive' WHERE name = 'acme ingest'").await;
    Answer::to(ingest(&server, KEY).json(&note())).await.problem(401, "invalid_api_key");
}

#[tokio::test]
async fn key_is_limited_to_its_scopes() {
    let database = Database::new("scopes");
    let server = Server::with(&[("DATABASE_URL", database.url())]);
    database.run("UPDATE api_keys SET scopes = '[\"kb:read\", \"kb:*\", \"*\"]'").await;
    let answer = Answer::to(ingest(&server, KEY).json(&note())).await;
    let problem = answer.problem(403, "insufficient_permissions");
    assert_eq!(problem["detail"], "Access denied. Required: kb:write");
}

#[tokio::test]
async fn key_is_verified_before_the_body() {
    let server = Server::production();
    let refused = Answer::to(ingest(&server, "kb_live_acme_expired").body("hunter2")).await;
    refused.problem(401, "invalid_api_key");
    let text = Answer::to(ingest(&server, KEY).body("hunter2")).await;
    text.problem(415, "unsupported_media_type");
    let wrong = json!({"kb_id": "hunter2", "text": "", "kb": 1});
    let reported = Answer::to(ingest(&server, KEY).json(&wrong)).await.violations();
    assert_eq!(reported, ["#/kb unknown_field", "#/kb_id invalid", "#/text length"]);
    let large = json!({"kb_id": HANDBOOK, "text": "x".repeat(3 << 20)});
    let large = ingest(&server, KEY).json(&large).send().await;
    // The server may close the connection while the client still sends.
    assert!(large.is_err() || large.unwrap().status() == 413);
}

#[tokio::test]
async fn key_of_one_organization_finds_nothing_of_another() {
    let server = Server::production();
    for kb_id in [PRODUKTE, "aaaaaaaa-9999-4000-8000-000000000000"] {
        let note = json!({"kb_id": kb_id, "text": "hello"});
        let answer = Answer::to(ingest(&server, KEY).json(&note)).await;
        assert_eq!(answer.problem(404, "kb_not_found")["kb_id"], kb_id);
    }
}
