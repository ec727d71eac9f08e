use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 401, challenge = "Bearer realm=orders")]
    NotFound,
}

fn main() {}
