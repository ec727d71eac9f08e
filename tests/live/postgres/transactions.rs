//! Tests of transactions that are in each other's way, and of an exhausted pool.

use std::time::Duration;

use definable_errors::{ApiError, DatabaseExt};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection};
use support::needs;

use super::{Server, pool};

const SCHEMA: &str = "
    CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL);
    INSERT INTO accounts VALUES (1, 100), (2, 100);
";

async fn run(connection: &mut PgConnection, sql: &'static str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sql).execute(connection).await.map(drop)
}

#[track_caller]
fn asks_to_wait(error: sqlx::Error, sqlstate: Option<&str>) {
    let code = error.as_database_error().and_then(|error| error.code().map(String::from));
    assert_eq!(code.as_deref(), sqlstate, "{error}");
    let error: ApiError = Err::<(), _>(error).or_database().unwrap_err();
    assert_eq!(error.problem().code(), "service_unavailable");
    assert_eq!(error.problem().retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn serialization_failure_asks_to_wait() {
    needs!(PostgreSql);
    let server = Server::start();
    pool(&server, SCHEMA).await.close().await;
    let mut one = PgConnection::connect(&server.url()).await.unwrap();
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    let begin = "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT sum(balance) FROM accounts";
    run(&mut one, begin).await.unwrap();
    run(&mut other, begin).await.unwrap();
    run(&mut one, "UPDATE accounts SET balance = 0 WHERE id = 1; COMMIT").await.unwrap();
    let second = "UPDATE accounts SET balance = 0 WHERE id = 2; COMMIT";
    asks_to_wait(run(&mut other, second).await.unwrap_err(), Some("40001"));
}

#[tokio::test]
async fn deadlock_asks_to_wait() {
    needs!(PostgreSql);
    let server = Server::start();
    pool(&server, SCHEMA).await.close().await;
    let mut one = PgConnection::connect(&server.url()).await.unwrap();
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    run(&mut one, "BEGIN; UPDATE accounts SET balance = 0 WHERE id = 1").await.unwrap();
    run(&mut other, "BEGIN; UPDATE accounts SET balance = 0 WHERE id = 2").await.unwrap();
    let crossed = tokio::join!(
        run(&mut one, "UPDATE accounts SET balance = 0 WHERE id = 2; COMMIT"),
        run(&mut other, "UPDATE accounts SET balance = 0 WHERE id = 1; COMMIT"),
    );
    let failed = match crossed {
        (Err(error), Ok(())) | (Ok(()), Err(error)) => error,
        both => panic!("one of two is cancelled: {both:?}"),
    };
    asks_to_wait(failed, Some("40P01"));
}

#[tokio::test]
async fn lock_that_is_not_available_asks_to_wait() {
    needs!(PostgreSql);
    let server = Server::start();
    pool(&server, SCHEMA).await.close().await;
    let mut one = PgConnection::connect(&server.url()).await.unwrap();
    let mut other = PgConnection::connect(&server.url()).await.unwrap();
    run(&mut one, "BEGIN; SELECT * FROM accounts FOR UPDATE").await.unwrap();
    let locked = run(&mut other, "SELECT * FROM accounts FOR UPDATE NOWAIT").await;
    asks_to_wait(locked.unwrap_err(), Some("55P03"));
}

#[tokio::test]
async fn exhausted_pool_asks_to_wait() {
    needs!(PostgreSql);
    let server = Server::start();
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(Duration::from_millis(50));
    let pool = pool.connect(&server.url()).await.unwrap();
    let _held = pool.acquire().await.unwrap();
    asks_to_wait(pool.acquire().await.map(drop).unwrap_err(), None);
}
