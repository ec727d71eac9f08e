use axum::response::IntoResponse;
use definable_errors::router::{GuardedRouter, Public};

async fn list(_: Public) -> impl IntoResponse {
    "tea, coffee"
}

fn main() {
    let _: GuardedRouter = GuardedRouter::new().get("/", list);
}
