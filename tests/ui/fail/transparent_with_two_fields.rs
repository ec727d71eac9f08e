use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(transparent)]
    NotFound(Inner, u64),
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 404)]
struct Inner;

fn main() {}
