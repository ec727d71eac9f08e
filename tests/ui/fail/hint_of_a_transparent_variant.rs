use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(transparent, hint = "Ask the team.")]
    Inner(ApiError),
}

fn main() {}
