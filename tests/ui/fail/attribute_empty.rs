use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api]
    #[api(status = 404)]
    NotFound,
}

fn main() {}
