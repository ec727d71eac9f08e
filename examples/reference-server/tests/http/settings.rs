//! Tests of invalid settings, with which the program does not start.

use serde_json::json;
use support::port::Port;

use crate::server::program;
use crate::{Answer, PASSWORD, Server, User};

/// Returns the sentence with which the program refuses to start.
#[track_caller]
fn refused(settings: &[(&str, &str)], flags: &[&str]) -> String {
    let output = program(settings).args(flags).output().expect("the program runs");
    let text = String::from_utf8(output.stderr).expect("the sentence is text");
    assert_eq!((output.status.code(), text.lines().count()), (Some(2), 1), "{text}");
    assert!(output.stdout.is_empty(), "nothing is served");
    text
}

#[test]
fn a_bad_value_is_refused_in_one_sentence() {
    let bad = [
        ("PORT", "many"),
        ("PORT", "65536"),
        ("PORT", ""),
        ("HOST", "here"),
        ("DATABASE_URL", "postgres://localhost/kbs"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "/no/such/folder/kbs.db"),
        ("PROBLEM_BASE", "problems"),
        ("PROBLEM_BASE", "/a b/"),
        ("PROBLEM_BASE", "//evil"),
        ("PROBLEM_BASE", "//evil.example/problems/"),
        ("DATABASE_URL", "postgres://kbs:hunter2@localhost/kbs"),
        ("DATABASE_URL", "postgres://localhost/kbs?user=kbs&password=hunter2"),
        ("DATABASE_URL", "postgresql://kbs:hunter2?hunter2@localhost/kbs"),
        ("DATABASE_URL", "sqlite:kbs.db?mode=hunter2"),
        ("JWKS_URL", "http://kbs:hunter2@issuer.example/jwks.json"),
        ("JWKS_URL", "kbs:hunter2@issuer.example"),
        ("REDIS_URL", "http://kbs:hunter2@127.0.0.1:6379"),
        ("REDIS_URL", "rediss://:hunter2@127.0.0.1:6379"),
        ("JWT_SECRET", ""),
        ("JWT_SECRET", "hunter2"),
        ("JWT_SECRET", "hunter2hunter2hunter2hunter2hunt"),
        ("JWKS_URL", "http://issuer.example/jwks.json"),
        ("JWKS_URL", ""),
        ("RATE_LIMIT", "100"),
        ("RATE_LIMIT", "0/60s"),
        ("RATE_LIMIT", "100/0s"),
        ("RATE_LIMIT", "many/60s"),
        ("DEADLINE", "10"),
        ("DEADLINE", "0s"),
        ("DEADLINE", ""),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "app.example"),
        ("CORS_ORIGINS", "https://app.example/,https://b.example"),
        ("REDIS_URL", "http://127.0.0.1:6379"),
        ("REDIS_URL", "hunter2"),
        ("EMBEDDINGS_URL", ""),
        ("EMBEDDINGS_URL", "here"),
        ("EMBEDDINGS_URL", "ftp://127.0.0.1/v1"),
        ("EMBEDDINGS_URL", "http://kbs:hunter2@127.0.0.1:9"),
        ("EMBEDDINGS_URL", "http://127.0.0.1:9/?key=hunter2"),
        ("LOG", "info=a=b"),
        ("LOG_FORMAT", "xml"),
    ];
    for (name, value) in bad {
        let text = refused(&[(name, value)], &[]);
        assert!(text.contains(name), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[test]
fn help_shows_no_secret() {
    for name in [
        "JWT_SECRET",
        "DATABASE_URL",
        "JWKS_URL",
        "REDIS_URL",
        "EMBEDDINGS_URL",
        "OAUTH_CLIENT_SECRET",
        "COOKIE_KEY",
    ] {
        let value = "https://kbs:hunter2@a.example/kbs?password=hunter2";
        let output = program(&[(name, value)]).arg("--help").output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains(name) && !help.contains("hunter2"), "{help}");
    }
}

#[test]
fn password_in_an_invalid_argument_is_not_repeated() {
    let text = refused(&[], &["postgres://kbs:hunter2@localhost/kbs"]);
    assert!(!text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn password_of_a_key_set_is_in_no_line_of_the_log() {
    let port = Port::claim();
    let url = format!("http://kbs:hunter2@{}/keys?key=hunter2", port.address());
    let server = Server::with(&[("JWKS_URL", &url), ("LOG", "trace")]);
    let foreign = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpZCI6IjEifQ.c2lnbmF0dXJl";
    let me = Answer::to(server.anonymous("GET", "/users/me").bearer_auth(foreign)).await;
    me.problem(503, "keys_unavailable");
    let log = server.log();
    assert!(log.contains("the key set could not be fetched"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test]
async fn without_a_secret_tokens_end_with_the_process() {
    let server = Server::without("JWT_SECRET");
    server.get("/users/me").await.problem(401, "invalid_token");
    let body = json!({"email": User::Owner.email(), "password": PASSWORD});
    let tokens = server.send("POST", "/auth/login", &body).await.json(200);
    let me = server.anonymous("GET", "/users/me");
    let me = me.bearer_auth(tokens["access_token"].as_str().unwrap());
    Answer::to(me).await.json(200);
    let log = server.log();
    assert!(log.contains("WARN") && log.contains("JWT_SECRET is not set"), "{log}");
}

#[test]
fn an_unknown_flag_is_refused() {
    assert!(refused(&[], &["--prot", "1"]).contains("--prot"));
}

#[test]
fn development_mode_requires_a_loopback_address() {
    let text = refused(&[("APP_ENV", "dev"), ("HOST", "0.0.0.0")], &[]);
    assert!(text.contains("loopback") && text.contains("0.0.0.0"), "{text}");
    assert!(refused(&[("HOST", "::")], &["--app-env", "development"]).contains("loopback"));
    Server::with(&[("APP_ENV", "dev"), ("HOST", "127.0.0.1")]);
}

#[test]
fn flags_win() {
    let text = refused(&[("PORT", "1")], &["--port", "many"]);
    assert!(text.contains("many"), "{text}");
}

#[test]
fn port_in_use_is_not_reported_as_a_wrong_setting() {
    let server = Server::production();
    let (_, port) = server.url.rsplit_once(':').unwrap();
    let output = program(&[("PORT", port)]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text.starts_with("cannot listen on 127.0.0.1:"), "{text}");
}

#[tokio::test]
async fn problem_base_precedes_the_code() {
    for base in ["https://errors.example.com", "https://errors.example.com/"] {
        let server = Server::with(&[("PROBLEM_BASE", base)]);
        let problem = server.get("/nowhere").await.json(404);
        assert_eq!(problem["type"], "https://errors.example.com/route_not_found");
    }
}
