use definable_errors::{ApiError, Declared};

#[derive(Debug, thiserror::Error, ApiError)]
enum OrderError {
    #[error("no order")]
    #[api(status = 404)]
    NotFound,
}

fn handler() -> Result<(), Declared<OrderError>> {
    std::fs::read("/etc/hosts")?;
    Ok(())
}

fn main() {
    let _ = (handler(), OrderError::NotFound);
}
