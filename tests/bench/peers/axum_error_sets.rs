//! axum-error-sets 0.4: the statuses of a handler are a set in its return type. It has no format for
//! bodies, so the body is a type of the service, which derives `Serialize`.

use std::hint::black_box;

use axum::Json;
use axum::response::{IntoResponse, Response};
use axum_error_sets::codes::{Internal, NotFound};
use axum_error_sets::{ApiResult, ApiResultExt};
use http::{HeaderValue, header};
use serde::Serialize;

use super::{CODE, TITLE, TYPE};

#[derive(Serialize)]
pub(crate) struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    order_id: u64,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/problem+json");
        ([(header::CONTENT_TYPE, kind)], Json(self)).into_response()
    }
}

/// Returns the order, or one of the two errors that can occur. A function with fewer of them is
/// called.
pub(crate) async fn handler() -> ApiResult<&'static str, (NotFound<Problem>, Internal<String>)> {
    find_order(black_box(42)).into_superset()
}

#[expect(clippy::result_large_err, reason = "the peer's error contains the response")]
fn find_order(order_id: u64) -> ApiResult<&'static str, (NotFound<Problem>,)> {
    Err(NotFound(Problem {
        r#type: TYPE,
        title: TITLE,
        status: 404,
        detail: format!("order {order_id} does not exist"),
        code: CODE,
        order_id,
    }))?
}
