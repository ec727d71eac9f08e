//! The shop: it takes orders, and reserves their items in the stock.

use std::env;

use axum::extract::State;
use axum::{Router, routing::post};
use definable_errors::extract::Json;
use definable_errors::problem::{ErrorStatus, ProblemType};
use definable_errors::upstream::{Upstream, UpstreamBuildError};
use definable_errors::{ApiError, RequestContext};
use serde::{Deserialize, Serialize};

use crate::client_span::send_traced;

static ITEM_UNKNOWN: ProblemType =
    ProblemType::new("item_unknown", ErrorStatus::NOT_FOUND, "Item unknown");

#[derive(Deserialize, Serialize)]
struct Order {
    item: String,
    quantity: u32,
}

pub(crate) fn routes() -> Result<Router, UpstreamBuildError> {
    let url = env::var("STOCK_URL").unwrap_or_else(|_| "http://127.0.0.1:8001".to_owned());
    let stock = Upstream::builder("stock", url).build()?;
    Ok(Router::new().route("/orders", post(order)).with_state(stock))
}

async fn order(
    State(stock): State<Upstream>,
    context: RequestContext,
    Json(order): Json<Order>,
) -> Result<&'static str, ApiError> {
    let reservation = stock
        .post(&context, ["reservations"])
        .json(&order)
        .on_code("stock_unknown_item", &ITEM_UNKNOWN);
    send_traced("POST /reservations", reservation).await?;
    tracing::info!(quantity = order.quantity, "ordered");
    Ok("ordered")
}
