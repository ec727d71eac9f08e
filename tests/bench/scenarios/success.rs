//! Requests that succeed.

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use tower::Layer;
use tower::layer::util::Identity;

use super::request;
use crate::peers::{axum_api_kit, by_hand, by_hand_service, tower_stack};
use crate::row::{Row, Scenario};

pub(crate) const SUCCESS_WITH_IDS: &str = "success, the client sends ids";
/// The row with what `Router::layer` itself takes.
pub(crate) const NO_OP_LAYER: &str = "a layer that does nothing";
pub(crate) const SUCCESS: &str = "success, no ids sent";

pub(super) fn with_ids() -> Scenario {
    rows(Scenario::new(SUCCESS_WITH_IDS, 200, request::with_ids)).ours(ours, |answer| {
        assert_eq!(answer.body, "ok");
        assert_eq!(answer.header("x-request-id"), request::REQUEST_ID);
    })
}

pub(super) fn without_ids() -> Scenario {
    rows(Scenario::new(SUCCESS, 200, request::plain)).ours(ours, |answer| {
        assert_eq!(answer.body, "ok");
        assert_eq!(answer.header("x-request-id").len(), 36);
    })
}

fn rows(scenario: Scenario) -> Scenario {
    scenario
        .row("bare router", router)
        .row(NO_OP_LAYER, || router().layer(Identity::new()))
        .row("by hand: one `map_response` that sets an id", || router().layer(by_hand::id_layer()))
        .row("by hand: a middleware for ids and log", || by_hand_service::layered(router()))
        .row("tower-http's four layers around the router", || tower_stack::around(router()))
        .row("tower-http's four layers in one `ServiceBuilder`", || tower_stack::as_one(router()))
        .row("tower-http's four layers, four `.layer` calls", || tower_stack::as_four(router()))
        .row("axum-api-kit: ids and trace", || axum_api_kit::traced(router()))
        .row(Row::OURS_AROUND, || ApiErrorLayer::new().layer(router().with_state(())))
}

fn ours() -> Router {
    router().layer(ApiErrorLayer::new())
}

fn router() -> Router {
    Router::new().route("/orders", get(async || "ok"))
}
