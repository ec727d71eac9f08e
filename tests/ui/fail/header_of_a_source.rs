use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, header("X-Cause" = 0))]
    NotFound(#[from] std::io::Error),
}

fn main() {}
