use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, header("X-Place" = at))]
    Storage {
        #[api(location)]
        at: SourceLocation,
    },
}

fn main() {}
