use definable_errors::ApiError;

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("failed")]
    #[api(status = BAD_GATEWAY, detail = "The carrier does not answer.")]
    Carrier,
}

fn main() {}
