use axum::middleware::map_response;
use axum::response::Response;
use definable_errors::router::{GuardedRouter, Public};

async fn list(_: Public) -> &'static str {
    "tea, coffee"
}

fn main() {
    let unchanged = map_response(|response: Response| async { response });
    let _: GuardedRouter = GuardedRouter::new().get("/", list).layer(unchanged);
}
