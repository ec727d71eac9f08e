use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not a number: {}", .0.to_string())]
    #[api(status = 400)]
    NotFound(#[from] std::num::ParseIntError),
}

fn main() {}
