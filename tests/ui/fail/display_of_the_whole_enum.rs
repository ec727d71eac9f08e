use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed: {0}")]
enum OrderError {
    #[api(status = 400)]
    NotFound(#[from] std::num::ParseIntError),
}

fn main() {}
