use definable_errors::ApiError;

#[derive(Debug, thiserror::Error)]
#[error("no such order")]
struct NoSuchOrder;

fn handler() -> Result<(), ApiError> {
    Err(NoSuchOrder)?;
    Ok(())
}

fn main() {
    let _ = handler();
}
