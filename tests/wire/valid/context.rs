//! Tests of rules that need a context from the state.

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get as on_get, post};
use definable_errors::extract::{Garde, Json, Query, Rules, ValidWith, Violations};
use support::get;
use validator::{Validate, ValidationError};

use super::{answer, posting, reported};

#[derive(Clone)]
struct Stock {
    qty: u32,
}

#[derive(Clone)]
struct State {
    stock: Stock,
}

impl FromRef<State> for Stock {
    fn from_ref(state: &State) -> Self {
        state.stock.clone()
    }
}

#[derive(serde::Deserialize)]
struct ByHand {
    qty: u32,
}

impl Rules<&Stock> for ByHand {
    fn check(&self, stock: &Stock, violations: &mut Violations<'_, &Stock>) {
        violations.field("qty", &self.qty).range(..=stock.qty);
    }
}

#[derive(serde::Deserialize, Validate)]
#[validate(context = Stock)]
struct ByValidator {
    #[validate(custom(function = "in_stock", use_context))]
    qty: u32,
}

fn in_stock(qty: u32, stock: &Stock) -> Result<(), ValidationError> {
    if qty > stock.qty { Err(ValidationError::new("sold_out")) } else { Ok(()) }
}

#[derive(serde::Deserialize, garde::Validate)]
#[garde(context(Stock))]
struct ByGarde {
    #[garde(custom(at_most))]
    qty: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "garde calls it so")]
fn at_most(qty: &u32, stock: &Stock) -> garde::Result {
    if *qty > stock.qty { Err(garde::Error::new("must be in stock")) } else { Ok(()) }
}

fn app() -> Router {
    let by_hand = |ValidWith(Json(order), stock): ValidWith<Json<ByHand>, Stock>| async move {
        (stock.qty - order.qty).to_string()
    };
    Router::new()
        .route("/by-hand", post(by_hand))
        .route("/by-validator", post(|_: ValidWith<Json<ByValidator>, Stock>| async {}))
        .route("/by-garde", post(|_: ValidWith<Json<Garde<ByGarde>>, Stock>| async {}))
        .route("/query", on_get(|_: ValidWith<Query<ByHand>, Stock>| async {}))
        .with_state(State { stock: Stock { qty: 5 } })
}

#[tokio::test]
async fn value_that_the_context_allows_is_accepted() {
    assert_eq!(answer(app(), posting("/by-hand", r#"{"qty":3}"#)).await.body, "2");
    for path in ["/by-validator", "/by-garde"] {
        assert_eq!(answer(app(), posting(path, r#"{"qty":5}"#)).await.status, 200);
    }
    assert_eq!(answer(app(), get("/query?qty=5")).await.status, 200);
}

#[tokio::test]
async fn value_that_the_context_forbids_is_reported() {
    let order = r#"{"qty":6}"#;
    let range = r#"/qty range: must be at most 5 {"max":5}"#;
    assert_eq!(reported(app(), posting("/by-hand", order)).await, [format!("body #{range}")]);
    assert_eq!(reported(app(), get("/query?qty=6")).await, [format!("query {}", &range[1..])]);
    let validator = reported(app(), posting("/by-validator", order)).await;
    assert_eq!(validator, ["body #/qty sold_out: is not valid"]);
    let garde = reported(app(), posting("/by-garde", order)).await;
    assert_eq!(garde, ["body #/qty invalid: must be in stock"]);
}
