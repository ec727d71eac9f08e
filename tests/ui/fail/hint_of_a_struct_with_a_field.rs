use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[error("failed")]
#[api(status = 500, hint = "Create {name}.")]
struct BucketError {
    name: String,
}

fn main() {}
