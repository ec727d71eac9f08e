//! http-api-problem 0.60; its feature `axum` works with axum 0.8.

use std::hint::black_box;

use http::StatusCode;
use http_api_problem::HttpApiProblem;

use super::{CODE, TITLE, TYPE};

pub(crate) async fn handler() -> Result<&'static str, HttpApiProblem> {
    let order_id: u64 = black_box(42);
    Err(HttpApiProblem::new(StatusCode::NOT_FOUND)
        .type_url(TYPE)
        .title(TITLE)
        .detail(format!("order {order_id} does not exist"))
        .value("code", &CODE)
        .value("order_id", &order_id))
}
