use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(hint = "")]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound,
}

fn main() {}
