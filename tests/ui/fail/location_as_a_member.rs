use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, code = "storage_failed")]
    Storage {
        #[api(location, member = "place")]
        at: SourceLocation,
    },
}

fn main() {}
