use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = 503, title = "Warehouse closed")]
    Closed,
}

fn main() {}
