use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, hint = " ")]
    NotFound,
}

fn main() {}
