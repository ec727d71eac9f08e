use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(decode)]
enum OrderError {
    #[error("storage failed")]
    #[api(status = 500)]
    Storage,
}

fn main() {}
