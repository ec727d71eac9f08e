use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 422)]
struct OrderError {
    #[api(violations)]
    wrong: Vec<&'static str>,
}

fn main() {}
