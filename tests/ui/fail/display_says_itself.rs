use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not a number: {self:?}")]
    #[api(status = 400)]
    NotFound(#[from] std::num::ParseIntError),
}

fn main() {}
