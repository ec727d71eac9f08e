use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error(transparent)]
    #[api(transparent)]
    Other(#[api(location)] ApiError),
}

fn main() {}
