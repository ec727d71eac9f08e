use axum::{Router, routing::post};
use definable_errors::extract::{BrokenRules, Rules, Valid};

#[derive(serde::Deserialize)]
struct Order {
    qty: u8,
}

impl Rules for Order {
    fn check(&self, (): (), broken: &mut BrokenRules<'_>) {
        if self.qty == 0 {
            broken.field("qty").range(1..);
        }
    }
}

async fn create(_: Valid<axum::Json<Order>>) {}

fn main() {
    let _: Router = Router::new().route("/orders", post(create));
}
