use definable_errors::ApiError;
use definable_errors::problem::CONFLICT;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(declares())]
enum OrderError {
    #[error("no order")]
    #[api(status = 404)]
    NotFound,
}

fn main() {
    let _ = &CONFLICT;
}
