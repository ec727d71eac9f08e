//! A tiny service whose tests are the example: `tests/errors.rs` checks single problems with
//! `assert_problem`, what operators see with `Reports`, the whole service with hostile requests
//! (`conformance`), and the codes that clients rely on with a lock file (`errors.lock`).
//!
//! ```sh
//! cargo run -p testing
//! curl -X POST http://127.0.0.1:3000/orders/2/pay    # 409 order_already_paid
//! curl http://127.0.0.1:3000/orders/1/label          # 500 internal_error
//! ```
//!
//! `cargo test -p testing` runs the tests; with `UPDATE_ERRORS_LOCK=1`, new codes are added to the lock.
use std::{env, error::Error};

use definable_errors::ApiErrorLayer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let errors = ApiErrorLayer::new();
    let pages = testing::catalog(&errors).into_router();
    let app = testing::routes().into_router().merge(pages).layer(errors);
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}
