//! Requests that no handler gets: unknown routes and wrong methods.

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;

use super::request;
use crate::peers::{axum_api_kit, axum_problem, by_hand};
use crate::row::{Answer, Scenario};

pub(crate) const UNKNOWN_ROUTE: &str = "unknown route";
pub(crate) const WRONG_METHOD: &str = "wrong method";

pub(super) fn unknown_route() -> Scenario {
    rows(Scenario::new(UNKNOWN_ROUTE, 404, request::unknown_route)).ours(ours, |answer| {
        assert_eq!(answer.json()["code"], "route_not_found");
        assert_ids(answer);
    })
}

pub(super) fn wrong_method() -> Scenario {
    rows(Scenario::new(WRONG_METHOD, 405, request::wrong_method)).ours(ours, |answer| {
        assert_eq!(answer.json()["code"], "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET,HEAD");
        assert_ids(answer);
    })
}

fn rows(scenario: Scenario) -> Scenario {
    scenario
        .row("bare router", router)
        .row("by hand: fallbacks, no ids", || by_hand::fallbacks(router()))
        .row("axum-problem's layer, no ids", || axum_problem::layered(router()))
        .row("axum-api-kit: problem fallbacks, no ids", || axum_api_kit::fallbacks(router()))
        .row("axum-api-kit: problem fallbacks, ids and trace", || {
            axum_api_kit::traced(axum_api_kit::fallbacks(router()))
        })
}

fn assert_ids(answer: &Answer) {
    assert_eq!(answer.header("x-request-id"), request::REQUEST_ID);
    assert_eq!(answer.json()["request_id"], request::REQUEST_ID);
    assert_eq!(answer.json()["trace_id"], request::TRACE_ID);
}

fn ours() -> Router {
    router().layer(ApiErrorLayer::new())
}

fn router() -> Router {
    Router::new().route("/orders", get(async || "ok"))
}
