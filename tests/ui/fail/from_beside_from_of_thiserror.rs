use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500)]
    Storage {
        #[from]
        #[api(from)]
        source: std::io::Error,
        #[api(location)]
        at: SourceLocation,
    },
}

fn main() {}
