//! A test that no password, token, key or hash is in any response or any line of the log.

use serde_json::json;

use crate::database::Database;
use crate::server::SECRET;
use crate::{ACME, Answer, HANDBOOK, PASSWORD, Server, User, token};

async fn everything(server: &Server) -> (Vec<String>, Vec<String>) {
    let mut reported = Vec::new();
    let login = json!({"email": "owner@acme.test", "password": PASSWORD});
    let tokens = server.send("POST", "/auth/login", &login).await.json(200);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let next = server.send("POST", "/auth/refresh", &refresh).await.json(200);
    let foreign = token(&json!({"id": "7"}));
    let wrong = [
        server.send("POST", "/auth/refresh", &refresh).await,
        server
            .send(
                "POST",
                "/auth/login",
                &json!({"email": "owner@acme.test", "password": "hunter2-wrong"}),
            )
            .await,
        server
            .send(
                "POST",
                "/auth/login",
                &json!({"email": "nobody@acme.test", "password": "hunter2-nobody"}),
            )
            .await,
        server
            .send(
                "POST",
                "/auth/login",
                &json!({"email": "locked@acme.test", "password": PASSWORD}),
            )
            .await,
        server.send("POST", "/auth/login", &json!({"email": 7, "pasword": "hunter2-field"})).await,
        Answer::to(server.anonymous("GET", "/users/me").bearer_auth(&foreign)).await,
        Answer::to(server.anonymous("GET", "/users/me").bearer_auth("hunter2.token.x")).await,
        Answer::to(
            server.anonymous("GET", "/users/me").header("authorization", "Basic hunter2-basic"),
        )
        .await,
        Answer::to(server.anonymous("GET", "/users/me").header("authorization", "hunter2 alone ü"))
            .await,
        Answer::to(server.request_by(
            User::Guest,
            "DELETE",
            &format!("/api/v1/kbs/{HANDBOOK}?org_id={ACME}"),
        ))
        .await,
        Answer::to(
            server
                .anonymous("POST", "/hooks/ingest")
                .header("x-api-key", "hunter2-key")
                .json(&json!({})),
        )
        .await,
        Answer::to(
            server
                .anonymous("POST", "/hooks/ingest")
                .header("x-api-key", "kb_live_acme_expired")
                .json(&json!({})),
        )
        .await,
        Answer::to(
            server
                .anonymous("POST", "/hooks/ingest")
                .header("x-api-key", "kb_live_acme_ingest")
                .json(&json!({})),
        )
        .await,
        server.get("/users/me").await,
        server.get("/users/me/organizations").await,
        server.get(&format!("/api/v1/members?org_id={ACME}")).await,
    ];
    for answer in &wrong {
        reported.push(format!("{:?} {}", answer.headers, answer.text));
    }
    let mut secrets: Vec<_> = [&tokens, &next]
        .iter()
        .flat_map(|pair| {
            ["access_token", "refresh_token"].map(|name| pair[name].as_str().unwrap().to_owned())
        })
        .collect();
    secrets.extend([foreign, User::Owner.token()]);
    // The secret part of a token is its signature.
    let signatures: Vec<_> =
        secrets.iter().filter_map(|token| Some(token.rsplit_once('.')?.1.to_owned())).collect();
    secrets.extend(signatures);
    (reported, secrets)
}

fn check(what: &str, text: &str, secrets: &[String]) {
    for secret in secrets.iter().map(String::as_str).chain([
        PASSWORD,
        SECRET,
        "hunter2",
        "kb_live_",
        "$argon2",
        "argon2id",
        "4064b75bbef18f6e",
    ]) {
        assert!(!text.contains(secret), "{secret} is in {what}");
    }
}

#[tokio::test]
async fn responses_and_logs_contain_no_secret() {
    for mode in ["production", "dev"] {
        let database = Database::new(&format!("secrets_{mode}"));
        let server = Server::with(&[
            ("DATABASE_URL", database.url()),
            ("APP_ENV", mode),
            ("LOG", "trace"),
            ("LOG_FORMAT", "json"),
        ]);
        let (reported, secrets) = everything(&server).await;
        // A store that fails while it handles secrets.
        database.run("ALTER TABLE refresh_tokens RENAME TO elsewhere").await;
        let login = json!({"email": "owner@acme.test", "password": PASSWORD});
        let failed = server.send("POST", "/auth/login", &login).await;
        failed.problem(500, "internal_error");
        database.run("UPDATE users SET password_hash = 'hunter2-hash'").await;
        let broken = server.send("POST", "/auth/login", &login).await;
        broken.problem(500, "internal_error");
        for text in reported.iter().chain([&failed.text, &broken.text]) {
            check("a response", text, &secrets);
        }
        let log = server.log();
        assert!(log.contains("internal_error") && log.contains("insufficient_permissions"));
        check("the log", &log, &secrets);
    }
}
