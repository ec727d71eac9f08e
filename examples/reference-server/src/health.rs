use axum::Router;
use axum::routing::get;
use definable_errors::extract::Json;
use serde::Serialize;
use sqlx::SqlitePool;

pub(crate) fn routes() -> Router<SqlitePool> {
    Router::new().route("/health", get(health))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// The process runs and answers; that says nothing about what it depends on.
async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}
