//! The approach of axum-problem 0.1.9. The crate is for axum 0.7, whose responses axum 0.8 does not
//! accept; this code does the same for 0.8: owned strings, a flattened map, and a layer that wraps
//! whatever is no problem yet (without the box that the crate's future needs).

use std::convert::Infallible;
use std::hint::black_box;

use axum::Router;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Map, Value};
use tower::util::AndThenLayer;

use super::{CODE, TITLE, TYPE};

const PROBLEM_JSON: &str = "application/problem+json";

#[derive(Serialize)]
pub(crate) struct Problem {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    problem_type: Option<String>,
    title: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(flatten, skip_serializing_if = "Map::is_empty")]
    extensions: Map<String, Value>,
}

impl Problem {
    fn new(status: StatusCode) -> Self {
        Self {
            problem_type: None,
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: None,
            extensions: Map::new(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or_default();
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, [(header::CONTENT_TYPE, PROBLEM_JSON)], body).into_response()
    }
}

pub(crate) async fn handler() -> Result<&'static str, Problem> {
    let order_id: u64 = black_box(42);
    let mut problem = Problem::new(StatusCode::NOT_FOUND);
    problem.problem_type = Some(TYPE.into());
    problem.title = TITLE.into();
    problem.detail = Some(format!("order {order_id} does not exist"));
    problem.extensions.insert("code".into(), CODE.into());
    problem.extensions.insert("order_id".into(), order_id.into());
    Err(problem)
}

pub(crate) fn layered(router: Router) -> Router {
    router.layer(AndThenLayer::new(normalize))
}

async fn normalize(response: Response) -> Result<Response, Infallible> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_problem = kind.is_some_and(|kind| kind.contains(PROBLEM_JSON));
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let body = axum::body::to_bytes(response.into_body(), 4096).await.unwrap_or_default();
    let detail = std::str::from_utf8(&body).unwrap_or_default().trim().to_owned();
    let mut problem = Problem::new(status);
    problem.detail = Some(detail).filter(|detail| !detail.is_empty());
    Ok(problem.into_response())
}
