use axum::Router;
use definable_errors::ApiErrorLayer;
use sqlx::SqlitePool;

use crate::{Mode, ProblemBase, debug, health, kbs, v0};

/// The service: its routes, and the layer that makes every error right.
pub fn app(pool: SqlitePool, mode: Mode, problem_base: ProblemBase) -> Router {
    let errors = ApiErrorLayer::new()
        .problem_base(problem_base)
        // Rejections of axum's own say 422 where this API says 400.
        .validation_status(400);
    let routes = Router::new().merge(health::routes()).merge(kbs::routes()).merge(v0::routes());
    let routes = match mode {
        Mode::Production => routes,
        Mode::Development => routes.merge(debug::routes()),
    };
    routes.with_state(pool).layer(errors)
}
