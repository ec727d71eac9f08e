use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500)]
    Storage {
        #[api(location)]
        at: SourceLocation,
        #[api(location)]
        from: SourceLocation,
    },
}

fn main() {}
