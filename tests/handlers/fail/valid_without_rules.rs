use axum::{Router, routing::post};
use definable_errors::extract::{Json, Valid};

#[derive(serde::Deserialize)]
struct Order {
    qty: u8,
}

async fn create(Valid(Json(order)): Valid<Json<Order>>) {
    let _ = order.qty;
}

fn main() {
    let _: Router = Router::new().route("/orders", post(create));
}
