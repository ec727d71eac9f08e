//! The services that are compared under load.

use axum::Router;
use axum::handler::Handler;
use axum::routing::get;
use definable_errors::ApiErrorLayer;

use crate::peers::{
    axum_api_kit, axum_error_sets, by_hand, by_hand_service, derived_body, ours, tower_stack,
};
use crate::row::Row;

pub(crate) const SUCCESS: &str = "success";
pub(crate) const DERIVED: &str = "derived 404";

/// A request that one service after the other responds to.
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) status: u16,
    /// What the body of every row contains.
    pub(super) body: &'static str,
    /// The services, of which the first one is the baseline.
    pub(super) services: Vec<Service>,
}

#[derive(Clone, Copy)]
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) router: fn() -> Router,
}

pub(super) fn all() -> [Load; 2] {
    [success(), derived()]
}

fn success() -> Load {
    let services = vec![
        service("bare axum", || router(ok)),
        service("by hand: a middleware for ids and log", || by_hand_service::layered(router(ok))),
        service("tower-http's four layers", || tower_stack::as_one(router(ok))),
        service("axum-api-kit: ids and trace", || axum_api_kit::traced(router(ok))),
        service(Row::OURS, || router(ok).layer(ApiErrorLayer::new())),
    ];
    Load { name: SUCCESS, status: 200, body: "ok", services }
}

fn derived() -> Load {
    let services = vec![
        service("bare axum, the body by one `write!`, no ids", || router(by_hand::handler)),
        service("by hand: a middleware for ids and log, derive(Serialize)", || {
            by_hand_service::layered(router(by_hand_service::handler))
        }),
        service("tower-http's four layers, derive(Serialize)", || {
            tower_stack::as_one(router(derived_body::handler))
        }),
        service("axum-error-sets, derive(Serialize), no ids", || router(axum_error_sets::handler)),
        service(Row::OURS, || router(ours::handler).layer(ApiErrorLayer::new())),
    ];
    Load { name: DERIVED, status: 404, body: r#""detail":"order 42 does not exist""#, services }
}

fn service(name: &'static str, router: fn() -> Router) -> Service {
    Service { name, router }
}

async fn ok() -> &'static str {
    "ok"
}

fn router<H: Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/orders", get(handler))
}
