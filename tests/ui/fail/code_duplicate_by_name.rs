use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 400)]
    HttpFailed,
    #[error("failed")]
    #[api(status = 400)]
    HTTPFailed,
}

fn main() {}
