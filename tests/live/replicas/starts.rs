//! Tests of the start: on an empty database, with TLS, and with a database that cannot be used.

use std::process::Stdio;

use support::needs;
use support::postgres::{Database, Server};

use super::replica::{ACME, SECRET};
use super::start;
use crate::reference_server::program;

#[tokio::test(flavor = "multi_thread")]
async fn replicas_start_together_on_an_empty_database() {
    needs!(PostgreSql);
    let postgres = Server::start();
    for _ in 0..3 {
        let database = Database::create(&postgres.url());
        let replicas = start(&database.url(), &[]);
        let tokens = replicas[0].login().await;
        for replica in &replicas {
            let path = format!("/api/v1/kbs?org_id={ACME}");
            let kbs = replica.get(&path, tokens["access_token"].as_str().unwrap()).await;
            assert_eq!(kbs.json()["total"], 2, "the seed data is there once");
            assert_eq!(replica.log(), "", "nothing is noteworthy");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn password_of_the_database_is_in_no_line_of_the_log() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let url = postgres.url().replace("postgres@", "postgres:hunter2@");
    let [replica, ..] = start(&url, &[("LOG", "trace")]);
    replica.login().await;
    let log = replica.log();
    assert!(log.contains("sqlx"), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn certificate_of_the_database_is_verified() {
    needs!(OpenSsl, PostgreSql);
    let postgres = Server::with_tls();
    let verified = postgres.url() + "?sslmode=verify-full";
    let trusted = format!("{verified}&sslrootcert={}", postgres.certificate().display());
    let [replica, ..] = start(&trusted, &[]);
    replica.login().await;
    let text = refusal(&verified);
    assert!(text.contains("invalid peer certificate"), "{text}");
}

/// Returns the sentence with which the program refuses to start.
#[track_caller]
fn refusal(url: &str) -> String {
    let mut program = program();
    program.envs([("DATABASE_URL", url), ("JWT_SECRET", SECRET)]).stderr(Stdio::piped());
    let output = program.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), text.lines().count()), (Some(2), 1), "{text}");
    assert!(text.starts_with("DATABASE_URL"), "{text}");
    text
}

#[test]
fn database_that_cannot_be_used_is_refused_in_one_sentence_without_its_password() {
    needs!(PostgreSql);
    let postgres = Server::start();
    let url = postgres.url().replace("postgres@", "postgres:hunter2@") + "?";
    for (url, reason) in [
        (url.replace("/postgres?", "/nowhere?"), "database \"nowhere\" does not exist"),
        (url.clone() + "sslmode=require", "TLS"),
        (url.clone() + "sslmode=hunter2", "cannot be used"),
        ("postgres://kbs:hunter2@127.0.0.1:9/kbs".to_owned(), "Connection refused"),
    ] {
        let text = refusal(&url);
        assert!(text.contains(reason), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
