use axum::Router;
use definable_errors::router::GuardedRouter;
use definable_errors::{ApiErrorLayer, Mode};

use crate::{
    AppState, ProblemBase, accounts, debug, documents, health, hooks, kbs, members, users, v0,
};

/// The service: its routes, and the layer that makes every error right.
pub fn app(state: AppState, mode: Mode, problem_base: ProblemBase) -> Router {
    let errors = ApiErrorLayer::new().mode(mode).problem_base(problem_base);
    routes(mode).into_router().with_state(state).layer(errors)
}

/// All routes, each with its guard.
pub fn routes(mode: Mode) -> GuardedRouter<AppState> {
    let routes = GuardedRouter::new()
        .merge(health::routes())
        .merge(accounts::routes())
        .merge(users::routes())
        .merge(kbs::routes())
        .merge(documents::routes())
        .merge(members::routes())
        .merge(hooks::routes())
        .merge(v0::routes());
    match mode {
        Mode::Production => routes,
        Mode::Development => routes.merge(debug::routes()),
    }
}
