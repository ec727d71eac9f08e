use axum::response::{IntoResponse, Response};
use definable_errors::router::{GuardedRouter, Public};

struct OrderError;

impl IntoResponse for OrderError {
    fn into_response(self) -> Response {
        "sold out".into_response()
    }
}

async fn order(_: Public) -> Result<(), OrderError> {
    Err(OrderError)
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().post("/", order);
}
