use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound,
    #[error("failed")]
    #[api(status = 404, code = "not_found")]
    NotFoundType,
}

fn main() {}
