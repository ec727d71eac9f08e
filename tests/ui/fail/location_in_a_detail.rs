use definable_errors::ApiError;
use definable_errors::error::SourceLocation;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, detail = "Failed at {at}.")]
    Missing {
        #[api(location)]
        at: SourceLocation,
    },
}

fn main() {}
