use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, challenge = r#"Bearer realm="orders""#)]
    NotFound,
}

fn main() {}
