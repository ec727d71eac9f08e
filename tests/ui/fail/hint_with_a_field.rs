use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, hint = "Create the bucket {name}.")]
    Bucket { name: String },
}

fn main() {}
