//! Tests of what users of the example receive from the real program over HTTP.

use std::process::Command;

use http::Method;
use serde_json::json;
use support::example::Example;
use support::{Answer, needs, posting, with};

const PROGRAM: &str = env!("CARGO_BIN_EXE_jwt-roles");
const SECRET: &str = "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";
const PASSWORD: &str = "correct horse battery staple";

fn start() -> Example {
    Example::with(PROGRAM, &[("JWT_SECRET", SECRET)])
}

async fn login(example: &Example, name: &str, password: &str) -> Answer {
    let body = json!({"name": name, "password": password}).to_string();
    example.send(posting("/login", "application/json", body)).await
}

/// Returns the response to a user who has logged in.
async fn call(example: &Example, name: &str, method: Method, path: &str) -> Answer {
    let tokens = login(example, name, PASSWORD).await.json();
    let authorization = format!("Bearer {}", tokens["access_token"].as_str().unwrap_or_default());
    example.send(with(method, path, &[("authorization", &authorization)], "")).await
}

#[test]
fn documented_commands_receive_what_stands_beside_them() {
    needs!(Curl);
    start().check_documented_commands(include_str!("../src/main.rs"));
}

#[tokio::test]
async fn login_issues_a_token_that_is_not_cached() {
    let answer = login(&start(), "ada", PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
    assert_eq!(answer.json()["token_type"], "Bearer");
    assert_eq!(answer.json()["expires_in"], 900);
}

#[tokio::test]
async fn wrong_password_and_unknown_user_receive_the_same() {
    let example = start();
    let mut bodies = Vec::new();
    for name in ["ada", "nemo"] {
        let answer = login(&example, name, "hunter2").await;
        assert_eq!((answer.status.as_u16(), &*answer.code()), (401, "invalid_credentials"));
        let mut body = answer.json();
        body["instance"].take();
        body["request_id"].take();
        bodies.push(body);
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn caller_without_a_valid_token_is_challenged() {
    let example = start();
    let anonymous = example.send(with(Method::GET, "/orders/7", &[], "")).await;
    assert_eq!((anonymous.status.as_u16(), &*anonymous.code()), (401, "missing_credentials"));
    assert_eq!(anonymous.header("www-authenticate"), Some("Bearer realm=\"api\""));
    let fields = [("authorization", "Bearer made.up.token")];
    let forged = example.send(with(Method::GET, "/orders/7", &fields, "")).await;
    assert_eq!((forged.status.as_u16(), &*forged.code()), (401, "invalid_token"));
    let challenge = forged.header("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
}

#[tokio::test]
async fn role_decides_what_its_user_may_do() {
    let example = start();
    for (name, method, path, expected) in [
        ("ada", Method::DELETE, "/orders/7", "204"),
        ("ada", Method::DELETE, "/orders/8", "404 order_not_found"),
        ("ada", Method::GET, "/roles", "200"),
        ("grace", Method::GET, "/orders/7", "200"),
        ("grace", Method::DELETE, "/orders/7", "403 insufficient_permissions"),
        // Whether an order exists is revealed to those alone who may delete it.
        ("grace", Method::DELETE, "/orders/8", "403 insufficient_permissions"),
        ("grace", Method::GET, "/roles", "403 insufficient_role"),
    ] {
        let answer = call(&example, name, method.clone(), path).await;
        let status = answer.status.as_u16();
        let code = if status < 400 { String::new() } else { answer.code() };
        assert_eq!(format!("{status} {code}").trim(), expected, "{name} {method} {path}");
    }
}

#[tokio::test]
async fn denial_names_what_is_required_and_challenges_no_one() {
    let denied = call(&start(), "grace", Method::DELETE, "/orders/7").await;
    assert_eq!(denied.json()["detail"], "Access denied. Required: order:delete");
    assert_eq!(denied.header("www-authenticate"), None);
    assert!(!denied.body.contains("clerk"), "{denied}");
}

#[test]
fn program_without_a_strong_secret_does_not_start() {
    for secret in [None, Some("short")] {
        let mut command = Command::new(PROGRAM);
        command.env("PORT", "0").env_remove("JWT_SECRET");
        command.envs(secret.map(|secret| ("JWT_SECRET", secret)));
        let output = command.output().expect("the program was built");
        assert!(!output.status.success() && !output.stderr.is_empty(), "{secret:?}: {output:?}");
    }
}
