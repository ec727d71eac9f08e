use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, title = "Order {id} not found")]
    NotFound {
        id: u64,
    },
}

fn main() {}
