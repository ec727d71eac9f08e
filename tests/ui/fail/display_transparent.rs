use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error(transparent)]
    #[api(status = 400)]
    NotFound(#[from] std::num::ParseIntError),
}

fn main() {}
