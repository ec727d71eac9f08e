use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = NOT_FUOND)]
    NotFound,
}

fn main() {}
