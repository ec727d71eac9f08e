//! Tests of database errors with a real SQLite: constraints are answered by name, everything else
//! by
//! its kind, and no text of the database is sent.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use definable_errors::problem::{ErrorStatus, Place, ProblemType, Violation};
use definable_errors::report::ErrorEvent;
use definable_errors::{ApiError, ApiErrorLayer, DatabaseExt, ResultExt};
use expect_test::expect;
use http::{Method, Request, header};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use support::{Answer, request, send};

static KB_NAME_TAKEN: ProblemType =
    ProblemType::new("kb_name_taken", ErrorStatus::CONFLICT, "Knowledge base name taken")
        .with_detail("The organization has another knowledge base of this name.");

#[derive(Debug, thiserror::Error, ApiError)]
enum KbError {
    #[error("the size must be positive")]
    #[api(status = 422)]
    Size,
}

const SCHEMA: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE orgs (id INTEGER PRIMARY KEY);
    INSERT INTO orgs VALUES (1), (2);
    CREATE TABLE kbs (
        org_id INTEGER NOT NULL REFERENCES orgs (id),
        name TEXT NOT NULL,
        slug TEXT CONSTRAINT kb_slug_key UNIQUE,
        size INTEGER CONSTRAINT kb_size_positive CHECK (size > 0),
        CONSTRAINT kb_org_name_key UNIQUE (org_id, name)
    ) STRICT;
    CREATE UNIQUE INDEX kb_lower_slug_key ON kbs (lower(slug));
    INSERT INTO kbs VALUES (1, 'Handbook', 'handbook', 1);
";

#[derive(serde::Deserialize)]
struct New {
    org_id: i64,
    name: Option<String>,
    slug: Option<String>,
    size: Option<i64>,
}

async fn create(State(pool): State<SqlitePool>, Json(new): Json<New>) -> Result<(), ApiError> {
    let slug = || Violation::new(Place::Body("#/slug".into()), "taken", "is already in use");
    sqlx::query("INSERT INTO kbs (org_id, name, slug, size) VALUES (?, ?, ?, ?)")
        .bind(new.org_id)
        .bind(new.name)
        .bind(new.slug)
        .bind(new.size)
        .execute(&pool)
        .await
        .on_constraint(("kb_org_name_key", "kbs.org_id, kbs.name"), &KB_NAME_TAKEN)
        .on_constraint(("kb_slug_key", "kbs.slug"), slug())
        .on_constraint("kb_lower_slug_key", slug())
        .on_constraint("kb_size_positive", KbError::Size)
        .or_database()?;
    Ok(())
}

async fn run(State(pool): State<SqlitePool>, Path(sql): Path<String>) -> Result<(), ApiError> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await.or_database()?;
    Ok(())
}

/// Returns the service on an empty database, and the events that it reports.
async fn app() -> (Router, Arc<Mutex<Vec<String>>>) {
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    sqlx::raw_sql(SCHEMA).execute(&pool).await.unwrap();
    let events = Arc::<Mutex<Vec<String>>>::default();
    let reported = events.clone();
    let layer = ApiErrorLayer::new().report(move |event: &ErrorEvent<'_>| {
        let error = event.error();
        let location = error.location().map(ToString::to_string).unwrap_or_default();
        reported.lock().unwrap().push(format!("{} at {location}", error.chain()));
    });
    let app = Router::new()
        .route("/kbs", post(create))
        .route("/run/{sql}", post(run))
        .with_state(pool)
        .layer(layer);
    (app, events)
}

fn posting(body: &str) -> Request<axum::body::Body> {
    let mut sent = request(Method::POST, "/kbs");
    sent.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    *sent.body_mut() = body.to_owned().into();
    sent
}

async fn created(body: &str) -> Answer {
    let answer = send(app().await.0, posting(body)).await;
    answer.check();
    for text in ["constraint", "kbs", "UNIQUE", "failed:", "FOREIGN", "SQL"] {
        let sent = answer.body.replace("kb_name_taken", "").replace("validation_failed", "");
        assert!(!sent.contains(text), "{text} in {sent}");
    }
    answer
}

#[tokio::test]
async fn unique_constraint_is_answered_with_its_problem() {
    created(r#"{"org_id": 1, "name": "Handbook"}"#).await.is(&expect![[r#"
        409 Conflict
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/kb_name_taken"
        title: "Knowledge base name taken"
        status: 409
        detail: "The organization has another knowledge base of this name."
        instance: "urn:uuid:<id>"
        code: "kb_name_taken"
        request_id: "<id>"
    "#]]);
    assert_eq!(created(r#"{"org_id": 2, "name": "Handbook"}"#).await.status, 200);
}

#[tokio::test]
async fn unique_constraint_is_answered_with_a_violation_at_its_field() {
    created(r#"{"org_id": 1, "name": "New", "slug": "handbook"}"#).await.is(&expect![[r##"
        400 Bad Request
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/validation_failed"
        title: "Validation failed"
        status: 400
        detail: "1 field is not valid."
        instance: "urn:uuid:<id>"
        code: "validation_failed"
        request_id: "<id>"
        errors: [{"in":"body","pointer":"#/slug","code":"taken","detail":"is already in use"}]
    "##]]);
    let of_the_index = created(r#"{"org_id": 1, "name": "New", "slug": "HandBook"}"#).await;
    assert_eq!(of_the_index.json()["errors"][0]["code"], "taken");
}

#[tokio::test]
async fn check_constraint_is_answered_with_a_derived_error() {
    let answer = created(r#"{"org_id": 1, "name": "New", "size": 0}"#).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (422, "size"));
}

#[tokio::test]
async fn whatever_is_not_named_is_answered_by_its_kind() {
    let foreign_key = created(r#"{"org_id": 3, "name": "New"}"#).await;
    assert_eq!((foreign_key.status.as_u16(), &*foreign_key.code()), (409, "conflict"));
    let not_null = created(r#"{"org_id": 1, "name": null}"#).await;
    assert_eq!((not_null.status.as_u16(), &*not_null.code()), (500, "internal_error"));
}

/// A trigger fails with a text of its own, which may contain a value; so does a value that is bound.
#[tokio::test]
async fn forged_texts_match_no_constraint() {
    let text = "UNIQUE constraint failed: kbs.org_id, kbs.name";
    let taken = format!(r#"{{"org_id": 1, "name": "{text}", "slug": "handbook"}}"#);
    assert_eq!(created(&taken).await.code(), "validation_failed");
    let answer = created(&format!(r#"{{"org_id": 3, "name": "{text}"}}"#)).await;
    assert_eq!(answer.code(), "conflict");

    let (app, _) = app().await;
    let trigger =
        format!("CREATE TRIGGER t BEFORE INSERT ON kbs BEGIN SELECT RAISE(ABORT, '{text}'); END");
    let path = format!(
        "/run/{}",
        percent_encoding::utf8_percent_encode(&trigger, percent_encoding::NON_ALPHANUMERIC)
    );
    assert_eq!(send(app.clone(), request(Method::POST, &path)).await.status, 200);
    let answer = send(app, posting(r#"{"org_id": 1, "name": "New"}"#)).await;
    assert_eq!(answer.code(), "internal_error");
}

#[tokio::test]
async fn operators_see_the_text_and_the_line_that_asked() {
    let (app, events) = app().await;
    send(app, posting(r#"{"org_id": 1, "name": "Handbook"}"#)).await;
    let events = events.lock().unwrap();
    let [event] = &events[..] else { panic!("{events:?}") };
    assert!(event.contains("UNIQUE constraint failed: kbs.org_id, kbs.name"), "{event}");
    assert!(event.contains("database.rs:"), "{event}");
}

/// Connects twice to a file, without waiting for locks; the file is removed at the end.
async fn two_connections(name: &str) -> (SqliteConnection, SqliteConnection, File) {
    let file = std::env::temp_dir().join(format!("{name}-{}.db", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::ZERO);
    let one = SqliteConnection::connect_with(&options).await.unwrap();
    let other = SqliteConnection::connect_with(&options).await.unwrap();
    (one, other, File(file))
}

struct File(std::path::PathBuf);

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[track_caller]
fn asks_to_wait(error: sqlx::Error, code: &str) {
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), code);
    let error = Err::<(), _>(error).or_database().unwrap_err();
    assert_eq!(error.problem().code(), "service_unavailable");
    assert_eq!(error.problem().retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn locked_database_asks_to_wait() {
    let (mut one, mut other, _file) = two_connections("locked").await;
    let lock = "CREATE TABLE a (b); BEGIN IMMEDIATE; INSERT INTO a VALUES (1)";
    sqlx::raw_sql(lock).execute(&mut one).await.unwrap();
    let locked = sqlx::raw_sql("INSERT INTO a VALUES (2)").execute(&mut other).await;
    asks_to_wait(locked.unwrap_err(), "5");
}

#[tokio::test]
async fn stale_snapshot_asks_to_wait() {
    let (mut one, mut other, _file) = two_connections("snapshot").await;
    let read = "CREATE TABLE a (b); INSERT INTO a VALUES (0); BEGIN; SELECT * FROM a";
    sqlx::raw_sql(read).execute(&mut one).await.unwrap();
    sqlx::raw_sql("INSERT INTO a VALUES (1)").execute(&mut other).await.unwrap();
    let stale = sqlx::raw_sql("INSERT INTO a VALUES (2)").execute(&mut one).await;
    asks_to_wait(stale.unwrap_err(), "517");
}

#[tokio::test]
async fn exhausted_pool_asks_to_wait() {
    let pool =
        SqlitePoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(500));
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    let _held = pool.acquire().await.unwrap();
    let error = pool.acquire().await.map(drop).or_database().unwrap_err();
    assert_eq!(error.problem().code(), "service_unavailable");
    assert_eq!(error.problem().retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn missing_row_is_for_the_caller_to_judge() {
    let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
    let missing = sqlx::query("SELECT 1 WHERE false").fetch_optional(&pool).await.or_database();
    let error = missing.unwrap().or_not_found("There is none.").map(drop).unwrap_err();
    assert_eq!(error.problem().code(), "not_found");
    let bug = sqlx::query("SELECT 1 WHERE false").fetch_one(&pool).await.map(drop).or_database();
    assert_eq!(bug.unwrap_err().problem().code(), "internal_error");
}
