use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 500, code = "lost", detail = "The file is lost: {0}.")]
    NotFound(#[from] std::io::Error),
}

fn main() {}
