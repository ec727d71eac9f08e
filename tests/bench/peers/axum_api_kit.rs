//! axum-api-kit 2.2: its RFC 9457 response, its fallbacks, its middleware for ids and trace, and
//! its extractor, which responds in a format of its own.

use std::hint::black_box;

use axum::{Router, middleware};
use axum_api_kit::{
    Problem, ValidatedJson, problem_fallback, problem_method_not_allowed, propagate_request_id,
    trace_requests,
};
use http::StatusCode;
use serde::Deserialize;
use validator_20::Validate;

use super::{CODE, TITLE, TYPE};

pub(crate) async fn handler() -> Result<&'static str, Problem> {
    let order_id: u64 = black_box(42);
    Err(Problem::new(StatusCode::NOT_FOUND, TITLE)
        .with_type(TYPE)
        .with_detail(format!("order {order_id} does not exist"))
        .with_extension("code", CODE)
        .with_extension("order_id", order_id))
}

pub(crate) fn fallbacks(router: Router) -> Router {
    router.fallback(problem_fallback).method_not_allowed_fallback(problem_method_not_allowed)
}

pub(crate) fn traced(router: Router) -> Router {
    router
        .layer(middleware::from_fn(trace_requests))
        .layer(middleware::from_fn(propagate_request_id))
}

#[derive(Deserialize, Validate)]
#[serde(rename_all = "camelCase")]
#[validate(crate = "validator_20")]
pub(crate) struct SignUp {
    #[validate(length(min = 1, max = 80))]
    full_name: String,
    #[validate(length(max = 500))]
    about: String,
    #[validate(range(min = 18, max = 99))]
    age: u8,
}

pub(crate) async fn sign_up(sign_up: ValidatedJson<SignUp>) -> &'static str {
    let _ = black_box(sign_up);
    "ok"
}
