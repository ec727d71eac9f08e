//! The stock: it reserves items, and its list of coffees is lost.

use std::{fs, io};

use axum::{Router, routing::post};
use definable_errors::ApiError;
use definable_errors::extract::Json;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "stock")]
enum StockError {
    /// There is no such item.
    #[error("there is no such item")]
    #[api(status = 404)]
    UnknownItem,
    #[error("the item could not be counted")]
    #[api(status = 500)]
    NotCounted(#[from] ListError),
}

#[derive(Debug, thiserror::Error)]
#[error("the list of the item cannot be read")]
struct ListError(#[from] io::Error);

#[derive(serde::Deserialize)]
struct Reservation {
    item: String,
    quantity: u32,
}

pub(crate) fn routes() -> Router {
    Router::new().route("/reservations", post(reserve))
}

async fn reserve(Json(reservation): Json<Reservation>) -> Result<String, ApiError> {
    // A log record inside the same trace.
    tracing::info!(quantity = reservation.quantity, "reserving");
    let left = count(&reservation.item)?;
    Ok(left.saturating_sub(reservation.quantity).to_string())
}

fn count(item: &str) -> Result<u32, StockError> {
    match item {
        "tea" => Ok(1_000),
        "coffee" => {
            let list = fs::read_to_string("/no/such/list").map_err(ListError)?;
            Ok(u32::try_from(list.lines().count()).unwrap_or(u32::MAX))
        }
        _ => Err(StockError::UnknownItem),
    }
}
