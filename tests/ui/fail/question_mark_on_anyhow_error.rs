use definable_errors::ApiError;

fn handler() -> Result<(), ApiError> {
    Err(anyhow::anyhow!("no such order"))?;
    Ok(())
}

fn main() {
    let _ = handler();
}
