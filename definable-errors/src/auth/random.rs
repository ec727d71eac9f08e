use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, Problem};

/// Returns unpredictable bytes from the operating system.
pub(crate) fn bytes<const COUNT: usize>() -> Result<[u8; COUNT], ApiError> {
    let mut bytes = [0; COUNT];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
            .with_note(format!("the system has no random bytes: {error}"))),
    }
}
