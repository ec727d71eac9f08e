//! An orders service. Order 1 is open, order 2 is paid, and nothing else exists.
use std::{env, error::Error, fs, time::Duration};

use axum::{Router, routing::get, routing::post};
use definable_errors::{ApiError, ResultExt, extract::Json, extract::Path, stack::Stack};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    /// The order does not exist, or belongs to somebody else.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    /// The order was paid before; nothing was charged again.
    #[error("order {id} was paid with card {card}")]
    #[api(status = 409, detail = "The order was already paid.")]
    AlreadyPaid { id: u64, card: &'static str },
}

#[derive(serde::Serialize)]
struct Order {
    id: u64,
    is_paid: bool,
}

fn find(id: u64) -> Result<Order, OrderError> {
    if !(1..=2).contains(&id) {
        return Err(OrderError::NotFound { id });
    }
    Ok(Order { id, is_paid: id == 2 })
}

async fn pay(Path(id): Path<u64>) -> Result<Json<Order>, OrderError> {
    if find(id)?.is_paid {
        return Err(OrderError::AlreadyPaid { id, card: "4242 4242 4242 4242" });
    }
    Ok(Json(Order { id, is_paid: true }))
}

async fn label(Path(id): Path<u64>) -> Result<String, ApiError> {
    let order = find(id)?; // an `OrderError` becomes an `ApiError`
    fs::read_to_string(format!("/labels/{}.txt", order.id)).or_internal() // any other error: a 500
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let app = Router::new()
        .route("/orders/{id}/pay", post(pay))
        .route("/orders/{id}/label", get(label))
        .layer(Stack::new().timeout(Duration::from_secs(10))); // every failure becomes a problem here
    let port = env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    tracing::info!("listening on {url}, try:");
    tracing::info!("curl -X POST {url}/orders/1/pay   # 200");
    tracing::info!("curl -X POST {url}/orders/2/pay   # 409 order_already_paid");
    tracing::info!("curl -X POST {url}/orders/42/pay  # 404 order_not_found");
    tracing::info!("curl {url}/orders/1/label         # 500 internal_error, its cause in this log");
    Ok(definable_errors::serve(listener, app).await?)
}
