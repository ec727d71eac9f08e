//! Tests of the middleware around the routes: limits, deadline, CORS.

use serde_json::json;

use crate::{Answer, PASSWORD, Server, User};

async fn login(server: &Server, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    Answer::to(server.anonymous("POST", "/auth/login").json(&body)).await
}

#[tokio::test]
async fn the_hundred_and_first_request_of_a_minute_is_refused() {
    let server = Server::production();
    let first = server.get("/users/me").await;
    assert_eq!((first.status, first.header("ratelimit-policy")), (200, "\"default\";q=100;w=60"));
    assert_eq!(first.header("x-ratelimit-remaining"), "99");
    for _ in 1..100 {
        assert_eq!(server.get("/nowhere").await.status, 404, "unknown routes are counted");
    }
    let refused = server.get("/users/me").await;
    let problem = refused.problem(429, "rate_limited");
    assert_eq!(problem["detail"], "Too many requests");
    assert_eq!(problem["violated_policies"], json!(["default"]));
    assert_eq!(problem["retry_after"].to_string(), refused.header("retry-after"));
    assert_eq!(refused.header("x-ratelimit-limit"), "100");
    for _ in 0..3 {
        assert_eq!(server.get("/health").await.status, 200, "health is never limited");
    }
}

#[tokio::test]
async fn five_failed_logins_a_minute_are_tried_for_an_account() {
    let server = Server::with(&[("RATE_LIMIT", "1000/60s")]);
    for _ in 0..7 {
        login(&server, "admin@acme.test", PASSWORD).await.json(200);
    }
    for email in ["owner@acme.test", "OWNER@acme.test"].iter().cycle().take(5) {
        login(&server, email, "hunter2").await.problem(401, "invalid_credentials");
    }
    let refused = login(&server, "owner@acme.test", PASSWORD).await;
    let problem = refused.problem(429, "rate_limited");
    assert_eq!(problem["violated_policies"], json!(["failed-logins"]));
    login(&server, &User::Admin.email(), PASSWORD).await.json(200);
    // A client that knows the password of a locked account has not failed.
    for _ in 0..6 {
        login(&server, "locked@acme.test", PASSWORD).await.problem(403, "account_locked");
    }
}

#[tokio::test]
async fn slow_request_is_canceled_at_its_deadline() {
    let server = Server::with(&[("APP_ENV", "dev"), ("DEADLINE", "200ms")]);
    let answer = server.get("/debug/sleep?ms=30000").await;
    answer.problem(503, "deadline_exceeded");
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(server.get("/debug/sleep?ms=1").await.status, 200);
}

#[tokio::test]
async fn pages_of_the_named_origins_read_errors_too() {
    let server = Server::with(&[("CORS_ORIGINS", "https://app.example, https://www.example")]);
    for path in ["/health", "/nowhere", "/api/v1/kbs", "/auth/login"] {
        let request = server.anonymous("GET", path).header("origin", "https://www.example");
        let answer = Answer::to(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), "https://www.example", "{path}");
        assert!(answer.header("access-control-expose-headers").contains("x-request-id"));
        let stranger = server.anonymous("GET", path).header("origin", "https://evil.example");
        let answer = Answer::to(stranger).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        let varies = answer
            .headers
            .get_all("vary")
            .iter()
            .any(|vary| vary.to_str().unwrap().to_lowercase().contains("origin"));
        assert!(varies, "{path}");
    }
    let silent = Server::production();
    let request = silent.anonymous("GET", "/health").header("origin", "https://app.example");
    assert_eq!(Answer::to(request).await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn pages_of_other_origins_forge_no_requests() {
    let server = Server::with(&[("CORS_ORIGINS", "https://app.example")]);
    let login = |origin: &str| {
        let request = server.anonymous("POST", "/auth/login").json(&serde_json::json!({}));
        request.header("origin", origin).header("sec-fetch-site", "cross-site")
    };
    let forged = Answer::to(login("https://evil.example")).await;
    assert_eq!(forged.json(403)["code"], "cross_site_request");
    assert_eq!(
        Answer::to(login("https://app.example")).await.json(400)["code"],
        "validation_failed"
    );
}
