//! Handlers that return a derived error, without the layer and through it.

use axum::Router;
use axum::handler::Handler;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use http::StatusCode;

use super::request;
use crate::peers::{
    axum_api_kit, axum_error_sets, axum_problem, by_hand, by_hand_service, derived_body,
    http_api_problem, ours, problem_details, tower_stack,
};
use crate::row::{Answer, Scenario};

pub(crate) const DERIVED: &str = "derived 404, no layer";
pub(crate) const DERIVED_THROUGH_LAYER: &str = "derived 404 through the layer, ids in the body";

pub(super) fn without_layer() -> Scenario {
    Scenario::new(DERIVED, 404, request::with_ids)
        .row("bare status", || router(bare))
        .row("by hand: one `write!`", || router(by_hand::handler))
        .row("problem_details", || router(problem_details::handler))
        .row("http-api-problem", || router(http_api_problem::handler))
        .row("axum-problem's way", || router(axum_problem::handler))
        .row("axum-api-kit `Problem`", || router(axum_api_kit::handler))
        .row("axum-error-sets, derive(Serialize)", || router(axum_error_sets::handler))
        .ours(
            || router(ours::handler),
            |answer| {
                assert_members(answer);
                assert!(answer.json().get("request_id").is_none());
            },
        )
}

pub(super) fn through_layer() -> Scenario {
    Scenario::new(DERIVED_THROUGH_LAYER, 404, request::with_ids)
        .row("bare status", || router(bare))
        .row_proved(
            "by hand: a middleware for ids and log, derive(Serialize)",
            || by_hand_service::layered(router(by_hand_service::handler)),
            assert_ids,
        )
        .row("derive(Serialize), tower-http's four layers around the router", || {
            tower_stack::around(router(derived_body::handler))
        })
        .row("derive(Serialize), tower-http's four layers in one `ServiceBuilder`", || {
            tower_stack::as_one(router(derived_body::handler))
        })
        .row("axum-problem's way, with its layer, no ids", || {
            axum_problem::layered(router(axum_problem::handler))
        })
        .ours(
            || router(ours::handler).layer(ApiErrorLayer::new()),
            |answer| {
                assert_ids(answer);
                assert!(answer.json()["instance"].is_string());
            },
        )
}

fn assert_ids(answer: &Answer) {
    assert_members(answer);
    assert_eq!(answer.header("x-request-id"), request::REQUEST_ID);
    assert_eq!(answer.json()["request_id"], request::REQUEST_ID);
    assert_eq!(answer.json()["trace_id"], request::TRACE_ID);
}

fn assert_members(answer: &Answer) {
    let body = answer.json();
    assert_eq!(body["type"], "/problems/order_not_found");
    assert_eq!(body["title"], "Order not found");
    assert_eq!(body["status"], 404);
    assert_eq!(body["detail"], "order 42 does not exist");
    assert_eq!(body["code"], "order_not_found");
    assert_eq!(body["order_id"], 42);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

fn router<H: Handler<T, ()>, T: 'static>(handler: H) -> Router {
    Router::new().route("/orders", get(handler))
}

async fn bare() -> StatusCode {
    StatusCode::NOT_FOUND
}
