//! The code of most services: a body that derives `Serialize` and contains the id of tower-http.

use std::hint::black_box;

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use tower_http::request_id::RequestId;

use super::{CODE, TITLE, TYPE};

#[derive(Serialize)]
struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    request_id: String,
    trace_id: Option<String>,
    order_id: u64,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = HeaderValue::from_static("application/problem+json");
        (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, kind)], Json(self)).into_response()
    }
}

pub(crate) async fn handler(id: Extension<RequestId>, headers: HeaderMap) -> Response {
    let order_id = black_box(42);
    Problem {
        r#type: TYPE,
        title: TITLE,
        status: 404,
        detail: format!("order {order_id} does not exist"),
        code: CODE,
        request_id: id.header_value().to_str().unwrap_or_default().to_owned(),
        trace_id: trace_id(&headers),
        order_id,
    }
    .into_response()
}

fn trace_id(headers: &HeaderMap) -> Option<String> {
    let traceparent = headers.get("traceparent")?.to_str().ok()?;
    traceparent.get(3..35).map(str::to_owned)
}
