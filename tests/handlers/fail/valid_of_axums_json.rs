use axum::{Router, routing::post};
use definable_errors::extract::{Violations, Rules, Valid};

#[derive(serde::Deserialize)]
struct Order {
    qty: u8,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("qty", &self.qty).range(1..);
    }
}

async fn create(_: Valid<axum::Json<Order>>) {}

fn main() {
    let _: Router = Router::new().route("/orders", post(create));
}
