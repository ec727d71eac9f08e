use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, detail = "Order {} does not exist.")]
    NotFound {
        id: u64,
    },
}

fn main() {}
