use std::time::Duration;

use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("too late")]
    #[api(status = 404)]
    TooLate {
        #[api(member = "late_by")]
        late: Duration,
    },
}

fn main() {}
