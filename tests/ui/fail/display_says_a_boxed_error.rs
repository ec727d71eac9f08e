use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not a number: {inner}")]
    #[api(status = 400)]
    NotFound {
        inner: Box<dyn std::error::Error + Send + Sync>,
    },
}

fn main() {}
