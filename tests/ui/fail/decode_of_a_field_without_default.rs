use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(decode)]
enum OrderError {
    #[error("too late")]
    #[api(status = 409)]
    TooLate { since: std::time::Instant },
}

fn main() {}
