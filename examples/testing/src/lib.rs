//! A tiny service, of orders. The example is how its errors are tested: read `tests/errors.rs`.

use std::{fs, path::PathBuf};

use definable_errors::catalog::Catalog;
use definable_errors::extract::{Json, Path, Rules, Valid, Violations};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, ApiErrorLayer};
use serde::{Deserialize, Serialize};

/// What can go wrong with an order.
#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    /// The order does not exist.
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    /// The order was paid before; nothing was charged again.
    #[error("order {0} was paid with card 4242 4242 4242 4242")]
    #[api(status = 409, detail = "The order was already paid.")]
    AlreadyPaid(u64),
    #[error("the label cannot be read")]
    #[api(status = 500)]
    Label(#[from] std::io::Error),
}

/// An order, as clients create it and receive it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    article: String,
    quantity: u32,
}

impl Rules for Order {
    fn check(&self, (): (), violations: &mut Violations<'_>) {
        violations.field("article", &self.article).length(1..=40);
        violations.field("quantity", &self.quantity).range(1..=99);
    }
}

async fn create(_: Public, Valid(Json(order)): Valid<Json<Order>>) -> Json<Order> {
    Json(order)
}

async fn pay(_: Public, Path(id): Path<u64>) -> Result<Json<&'static str>, OrderError> {
    match id {
        1 => Ok(Json("paid")),
        2 => Err(OrderError::AlreadyPaid(id)),
        _ => Err(OrderError::NotFound { id }),
    }
}

async fn label(_: Public, Path(id): Path<u64>) -> Result<String, OrderError> {
    let file = PathBuf::from("/no/such/folder").join(format!("{id}.txt"));
    Ok(fs::read_to_string(file)?)
}

/// Returns the routes without the layer, so that a test chooses the reporters.
pub fn routes() -> GuardedRouter {
    GuardedRouter::new()
        .post("/orders", create)
        .post("/orders/{id}/pay", pay)
        .get("/orders/{id}/label", label)
}

/// Returns the problem types of the whole service.
pub fn catalog(errors: &ApiErrorLayer) -> Catalog {
    Catalog::new().with_layer(errors).with_table(routes().table())
}
