use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 404, header("Content-Type" = id))]
    NotFound {
        id: u64,
    },
}

fn main() {}
