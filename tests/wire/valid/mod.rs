//! Tests of rules: one response reports all broken ones by the client's names, and mistakes of
//! type.

mod asynchronous;
mod by_hand;
mod context;
mod garde;
mod inputs;
mod optional;
mod pagination;
mod places;
mod validator;

use axum::Router;
use axum::body::Body;
use definable_errors::ApiErrorLayer;
use http::Request;
use support::{Answer, send};

/// Returns a `POST` request with a JSON body.
fn posting(path: &str, json: impl Into<Body>) -> Request<Body> {
    support::posting(path, "application/json", json)
}

async fn answer(app: Router, sent: Request<Body>) -> Answer {
    let answer = send(app.layer(ApiErrorLayer::new()), sent).await;
    answer.check();
    answer
}

/// Returns a line for each violation: its place, code, detail and params.
async fn reported(app: Router, sent: Request<Body>) -> Vec<String> {
    let answer = answer(app, sent).await;
    let body = answer.json();
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "validation_failed"));
    let line = |violation: &serde_json::Value| {
        let text = |name: &str| violation[name].as_str().unwrap_or_default().to_owned();
        let place = format!("{}{}", text("pointer"), text("name"));
        let params = match &violation["params"] {
            serde_json::Value::Null => String::new(),
            params => format!(" {params}"),
        };
        format!("{} {place} {}: {}{params}", text("in"), text("code"), text("detail"))
    };
    body["errors"].as_array().unwrap().iter().map(line).collect()
}
