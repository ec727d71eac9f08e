use std::time::Duration;

use definable_errors::{ApiError, IntoApiError};

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order", hint = "Ask the shop team.")]
enum OrderError {
    /// The order does not exist.
    #[error("order {id} does not exist")]
    #[api(status = 404, hint = "Load the seeds: `just seed`.")]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    #[error("order {0} was paid")]
    #[api(status = CONFLICT, title = "Order already paid", detail = "Order {0:>4} was paid by {1:?}.")]
    AlreadyPaid(#[api(member = "order_id")] u64, String),
    #[error("slow down")]
    #[api(status = 429, retry_after = wait, header("X-Quota" = quota), level = "warn")]
    TooOften { wait: Duration, quota: u32 },
    #[error("log in")]
    #[api(status = 401, challenge = r#"Bearer realm="orders", error="invalid_token""#)]
    LoggedOut,
    #[error("storage failed")]
    #[api(status = 500, retryable)]
    Storage(#[from] std::io::Error),
    // An argument may shadow a field of the same name.
    #[error("not a number: {source}", source = "text")]
    #[api(status = 400)]
    NotANumber { source: std::num::ParseIntError },
    #[error("{type}")]
    #[api(status = 400, detail = "{type} is no kind of order.")]
    Kind { r#type: &'static str },
}

fn main() {
    let error = OrderError::Kind { r#type: "gift" }.into_api_error();
    assert_eq!(error.problem().detail(), "gift is no kind of order.");
}
