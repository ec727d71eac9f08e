use definable_errors::ApiError;

fn handler() -> Result<(), ApiError> {
    Err("no such order")?;
    Ok(())
}

fn main() {
    let _ = handler();
}
