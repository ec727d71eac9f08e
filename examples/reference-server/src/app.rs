//! The service as a whole: all routes, and the middleware around them.

use axum::Router;
use definable_errors::Mode;
use definable_errors::auth::QueryTokenLayer;
use definable_errors::rate_limit::RateLimit;
use definable_errors::router::GuardedRouter;
use definable_errors::stack::Stack;

use crate::{
    AppState, accounts, catalog, debug, docs, documents, health, hooks, jobs, kbs, members, oauth,
    page, search, socket, users, v0,
};

/// Creates the service: its routes inside of the middleware stack.
pub fn app(state: AppState, mode: Mode, stack: Stack<RateLimit>) -> Router {
    let routes = routes(mode).into_router().with_state(state).layer(stack);
    // Browsers cannot send a header with the handshake of a WebSocket.
    routes.layer(QueryTokenLayer::new("token"))
}

/// Returns all routes, each with its guard.
pub fn routes(mode: Mode) -> GuardedRouter<AppState> {
    let routes = GuardedRouter::new()
        .merge(page::routes(mode))
        .merge(docs::routes())
        .merge(health::routes())
        .merge(catalog::pages())
        .merge(accounts::routes())
        .merge(users::routes())
        .merge(kbs::routes())
        .merge(documents::routes())
        .merge(search::routes())
        .merge(jobs::routes())
        .merge(members::routes())
        .merge(socket::routes())
        .merge(hooks::routes())
        .merge(oauth::routes())
        .merge(v0::routes());
    match mode {
        Mode::Production => routes,
        Mode::Development => routes.merge(debug::routes()).merge(oauth::demo_routes()),
    }
}
