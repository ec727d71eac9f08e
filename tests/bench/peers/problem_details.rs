//! `problem_details` 0.11, feature `axum`: the handler returns `ProblemDetails`.

use std::hint::black_box;

use http::{StatusCode, Uri};
use problem_details::ProblemDetails;
use serde::Serialize;

use super::{CODE, TITLE, TYPE};

#[derive(Serialize)]
pub(crate) struct Members {
    code: &'static str,
    order_id: u64,
}

pub(crate) async fn handler() -> Result<&'static str, ProblemDetails<Members>> {
    let order_id = black_box(42);
    Err(ProblemDetails::from_status_code(StatusCode::NOT_FOUND)
        .with_type(Uri::from_static(TYPE))
        .with_title(TITLE)
        .with_detail(format!("order {order_id} does not exist"))
        .with_extensions(Members { code: CODE, order_id }))
}
