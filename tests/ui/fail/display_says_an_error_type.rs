use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not a number: {0}")]
    #[api(status = 400)]
    NotFound(std::num::ParseIntError),
}

fn main() {}
