use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(decode)]
enum OrderError {
    #[error(transparent)]
    #[api(transparent)]
    Other(#[from] OtherError),
}

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 400)]
struct OtherError;

fn main() {}
