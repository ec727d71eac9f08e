use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 503, retry_after = 0)]
    NotFound,
}

fn main() {}
