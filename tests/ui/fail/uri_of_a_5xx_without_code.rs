use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, uri = "https://example.com/storage")]
    Storage,
}

fn main() {}
