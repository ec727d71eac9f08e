use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "Order", crat = definable_errors)]
enum OrderError {
    #[error("failed")]
    #[api(status = 200, level = "loud", title = "Order {id}")]
    NotFound {
        #[api(member)]
        id: u64,
    },
    #[error("not a number: {0}")]
    #[api(status = 400, retry_after = 5)]
    NotANumber(#[from] std::num::ParseIntError),
    #[error("failed")]
    Silent,
}

// The compiler reports no missing implementations where the type is used.
fn used(error: OrderError) -> ApiError {
    error.into()
}

fn main() {
    used(OrderError::Silent);
}
