//! Our row: a handler that returns a derived error.

use std::hint::black_box;

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
pub(crate) enum OrderError {
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
}

pub(crate) async fn handler() -> Result<&'static str, OrderError> {
    Err(OrderError::NotFound { id: black_box(42) })
}
