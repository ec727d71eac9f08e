use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, docs = "The storage failed.")]
    Storage,
}

fn main() {}
