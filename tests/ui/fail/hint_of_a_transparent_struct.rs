use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(transparent, hint = "Ask the team.")]
struct OrderError(ApiError);

fn main() {}
