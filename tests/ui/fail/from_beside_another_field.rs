use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed for {id}")]
    #[api(status = 500)]
    Storage {
        #[api(from)]
        source: std::io::Error,
        #[api(location)]
        at: SourceLocation,
        id: u64,
    },
}

fn main() {}
