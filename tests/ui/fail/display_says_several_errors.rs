use definable_errors::ApiError;

#[derive(Debug, thiserror::Error)]
#[error("it names the table")]
struct ValidationErrors;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("not valid: {0}")]
    #[api(status = 400)]
    NotValid(ValidationErrors),
}

fn main() {}
