//! Tests of database errors with a real PostgreSQL: constraints, transactions that are in each
//! other's way, and a pool without a free connection.

mod constraints;
mod transactions;

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use support::postgres::Server;

/// Connects a pool, and runs SQL on it first.
async fn pool(server: &Server, schema: &'static str) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(4).connect(&server.url()).await.unwrap();
    sqlx::raw_sql(schema).execute(&pool).await.unwrap();
    pool
}
