use axum::Router;
use definable_errors::{ApiErrorLayer, Mode};
use sqlx::SqlitePool;

use crate::{ProblemBase, debug, documents, health, kbs, v0};

/// The service: its routes, and the layer that makes every error right.
pub fn app(pool: SqlitePool, mode: Mode, problem_base: ProblemBase) -> Router {
    let errors = ApiErrorLayer::new().mode(mode).problem_base(problem_base);
    let routes = Router::new()
        .merge(health::routes())
        .merge(kbs::routes())
        .merge(documents::routes())
        .merge(v0::routes());
    let routes = match mode {
        Mode::Production => routes,
        Mode::Development => routes.merge(debug::routes()),
    };
    routes.with_state(pool).layer(errors)
}
