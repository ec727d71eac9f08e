use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not a number: {source}")]
    #[api(status = 400)]
    NotFound {
        source: std::num::ParseIntError,
    },
}

fn main() {}
