use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("missing at {at}")]
    #[api(status = 404)]
    Missing {
        #[api(location)]
        at: SourceLocation,
    },
}

fn main() {}
