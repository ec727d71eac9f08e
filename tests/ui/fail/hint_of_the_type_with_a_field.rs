use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(hint = "Create the bucket {name}.")]
enum OrderError {
    #[error("failed")]
    #[api(status = 404)]
    NotFound,
    #[error("failed")]
    #[api(status = 500)]
    Bucket { name: String },
}

fn main() {}
