use definable_errors::ApiError;

fn handler() -> Result<(), ApiError> {
    std::fs::read("/etc/hosts")?;
    Ok(())
}

fn main() {
    let _ = handler();
}
