use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 503, header("Retry-After" = id))]
    NotFound {
        id: u64,
    },
}

fn main() {}
