//! Tests of what operators read and clients do not.

use std::time::Duration;

use serde_json::{Value, json};

use crate::database::Database;
use crate::{ACME, Answer, HANDBOOK, Server};

#[tokio::test]
async fn a_broken_database_is_described_to_operators_alone() {
    let database = Database::new("broken");
    let server = Server::with(&[("DATABASE_URL", database.url()), ("LOG_FORMAT", "json")]);
    database.run("ALTER TABLE kbs RENAME TO elsewhere").await;

    let answer = server.get(&format!("/api/v1/kbs/{HANDBOOK}?org_id={ACME}")).await;
    let problem = answer.problem(500, "internal_error");
    let names: Vec<_> = problem.as_object().unwrap().keys().collect();
    let public = ["code", "detail", "instance", "request_id", "status", "title", "type"];
    assert_eq!(names, public);
    assert_eq!(problem["detail"], "Internal server error");

    let log = server.log();
    let line = log.lines().find(|line| line.contains("internal_error")).unwrap();
    let event: Value = serde_json::from_str(line).unwrap();
    let fields = &event["fields"];
    assert!(fields["error"].as_str().unwrap().contains(&database.missing("kbs")), "{line}");
    assert!(fields["location"].as_str().unwrap().contains("kbs/store.rs"), "{line}");
    assert_eq!(
        (&event["level"], &fields["http.route"]),
        (&"ERROR".into(), &"/api/v1/kbs/{kb_id}".into())
    );
    assert_eq!(fields["id"], problem["request_id"], "no id was sent, so the two are one");
    assert!(problem["instance"].as_str().unwrap().ends_with(fields["id"].as_str().unwrap()));
}

#[tokio::test]
async fn every_broken_item_of_a_batch_is_described_to_operators() {
    let database = Database::new("broken_batch");
    let server = Server::with(&[("DATABASE_URL", database.url()), ("LOG_FORMAT", "json")]);
    database.run("ALTER TABLE kbs RENAME TO elsewhere").await;

    let items = json!([{"name": "A"}, {"nmae": "B"}, {"name": "C"}]);
    let answer = server.send("POST", &format!("/api/v1/kbs/batch?org_id={ACME}"), &items).await;
    let results = &answer.json(207)["results"];
    assert_eq!([0, 1, 2].map(|index| results[index]["status"].as_u64().unwrap()), [500, 400, 500]);
    assert_eq!(results[0]["problem"]["detail"], "Internal server error");

    let id = answer.header("x-request-id").to_owned();
    let log = server.log();
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events = events.filter(|event| event["fields"]["error.type"] == "internal_error");
    let reported: Vec<_> = events
        .map(|event| {
            assert_eq!(event["fields"]["id"], id);
            assert!(event["fields"]["error"].as_str().unwrap().contains(&database.missing("kbs")));
            event["fields"]["item"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(reported, [0, 2]);
}

#[tokio::test]
async fn database_keeps_its_data_and_is_seeded_once() {
    let database = Database::new("kept");
    let path = format!("/api/v1/kbs/{HANDBOOK}?org_id={ACME}");
    let first = Server::with(&[("DATABASE_URL", database.url())]);
    assert_eq!(first.send("DELETE", &path, &Value::Null).await.status, 204);
    drop(first);
    let second = Server::with(&[("DATABASE_URL", database.url())]);
    second.get(&path).await.problem(404, "kb_not_found");
    assert_eq!(second.get(&format!("/api/v1/kbs?org_id={ACME}")).await.json(200)["total"], 1);
}

#[tokio::test]
async fn disconnecting_clients_lose_no_data() {
    let server = Server::with(&[("RATE_LIMIT", "1000/60s")]);
    let path = format!("/api/v1/kbs/{HANDBOOK}?org_id={ACME}");
    let change = || server.request("PUT", &path).json(&json!({"name": "Handbook"}));
    for wait in 0..100 {
        let _ = change().timeout(Duration::from_micros(50 * wait)).send().await;
    }
    Answer::to(change()).await.json(200);
    assert_eq!(server.get(&format!("/api/v1/kbs?org_id={ACME}")).await.json(200)["total"], 2);
    assert!(!server.log().contains("ERROR"));
}

#[tokio::test]
async fn client_errors_are_logged_below_the_default_level() {
    let server = Server::production();
    server.get("/health").await.json(200);
    server.get("/nowhere").await.problem(404, "route_not_found");
    assert_eq!(server.log().lines().filter(|line| !line.contains("terminated")).count(), 0);

    let server = Server::with(&[("LOG", "definable_errors=debug"), ("APP_ENV", "devel")]);
    server.get("/nowhere").await.problem(404, "route_not_found");
    assert!(server.log().contains("route_not_found"));
}

#[tokio::test]
async fn an_unknown_mode_is_production_with_a_warning() {
    assert!(Server::with(&[("APP_ENV", "devel")]).log().contains("devel"));
    assert!(!Server::with(&[("APP_ENV", "staging")]).log().contains("staging"));
}
