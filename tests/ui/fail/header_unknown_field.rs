use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, header("X-Order" = number))]
    NotFound {
        id: u64,
    },
}

fn main() {}
