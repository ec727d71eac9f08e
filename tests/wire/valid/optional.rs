//! Tests of `Option<Valid<…>>`: absent is `None`, and a present value has to be valid (axum #3817).

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{
    AsyncRules, Json, Query, Rules, Valid, ValidAsync, ValidWith, Violations,
};
use definable_errors::{ApiError, extract::Inputs};
use http::{Method, Request};
use support::{get, request};

use super::{answer, posting, reported};

#[derive(serde::Deserialize)]
struct Order {
    qty: u8,
    name: Option<String>,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("qty", &self.qty).range(1..);
        violations.field("name", &self.name).length(1..);
    }
}

impl Rules<&u8> for Order {
    fn check(&self, _: &u8, violations: &mut Violations<'_, &u8>) {
        self.check((), &mut violations.with_context(()));
    }
}

impl AsyncRules<u8> for Order {
    async fn check_async(&self, _: &u8, _: &mut Violations<'_>) -> Result<(), ApiError> {
        Ok(())
    }
}

fn said(is_there: bool) -> &'static str {
    if is_there { "some" } else { "none" }
}

fn app() -> Router {
    type Body = Option<Valid<Json<Order>>>;
    type With = Option<ValidWith<Json<Order>, u8>>;
    type Asked = Option<ValidAsync<Json<Order>>>;
    type Parts = Option<Valid<Query<Order>>>;
    type PartsWith = Option<ValidWith<Query<Order>, u8>>;
    type PartsAsked = Option<ValidAsync<Query<Order>>>;
    Router::new()
        .route("/body", post(|order: Body| async move { said(order.is_some()) }))
        .route("/with", post(|order: With| async move { said(order.is_some()) }))
        .route("/asked", post(|order: Asked| async move { said(order.is_some()) }))
        .route("/query", on_get(|order: Parts| async move { said(order.is_some()) }))
        .route("/query-with", on_get(|order: PartsWith| async move { said(order.is_some()) }))
        .route("/query-asked", on_get(|order: PartsAsked| async move { said(order.is_some()) }))
        .route(
            "/inputs",
            post(|Inputs((query, body)): Inputs<(Parts, Body)>| async move {
                format!("{} {}", said(query.is_some()), said(body.is_some()))
            }),
        )
        .with_state(0)
}

fn nothing(path: &str) -> Request<Body> {
    request(Method::POST, path)
}

#[tokio::test]
async fn absent_input_is_none() {
    for path in ["/body", "/with", "/asked"] {
        assert_eq!(answer(app(), nothing(path)).await.body, "none", "{path}");
    }
    for path in ["/query", "/query-with", "/query-asked"] {
        assert_eq!(answer(app(), get(path)).await.body, "none", "{path}");
    }
    assert_eq!(answer(app(), nothing("/inputs")).await.body, "none none");
}

#[tokio::test]
async fn valid_input_is_some() {
    for path in ["/body", "/with", "/asked"] {
        assert_eq!(answer(app(), posting(path, r#"{"qty":1}"#)).await.body, "some", "{path}");
    }
    for path in ["/query?qty=1", "/query-with?qty=1", "/query-asked?qty=1"] {
        assert_eq!(answer(app(), get(path)).await.body, "some", "{path}");
    }
    let both = posting("/inputs?qty=1", r#"{"qty":1}"#);
    assert_eq!(answer(app(), both).await.body, "some some");
}

#[tokio::test]
async fn invalid_input_is_reported() {
    let range = "/qty range: must be at least 1 {\"min\":1}";
    for path in ["/body", "/with", "/asked"] {
        let reported = reported(app(), posting(path, r#"{"qty":0}"#)).await;
        assert_eq!(reported, [format!("body #{range}")], "{path}");
    }
    for path in ["/query?qty=0", "/query-with?qty=0", "/query-asked?qty=0"] {
        assert_eq!(reported(app(), get(path)).await, [format!("query {}", &range[1..])], "{path}");
    }
    let malformed = answer(app(), posting("/body", "{")).await;
    assert_eq!(malformed.code(), "malformed_body");
}

#[tokio::test]
async fn mistakes_of_type_and_broken_rules_are_reported_together() {
    let both = ["type", "length"];
    let codes = |reported: Vec<String>| -> Vec<String> {
        reported.iter().map(|line| line.split([' ', ':']).nth(2).unwrap().to_owned()).collect()
    };
    let body = reported(app(), posting("/body", r#"{"qty":"x","name":""}"#)).await;
    assert_eq!(codes(body), both);
    for path in ["/query", "/query-with", "/query-asked"] {
        let reported = reported(app(), get(&format!("{path}?qty=x&name="))).await;
        assert_eq!(codes(reported), both, "{path}");
    }
}
