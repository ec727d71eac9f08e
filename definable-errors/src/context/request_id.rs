use http::header::HeaderName;

/// The header of the correlation id, in requests and responses.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static(REQUEST_ID);

pub(super) const REQUEST_ID: &str = "x-request-id";
pub(super) const CORRELATION_ID: &str = "x-correlation-id";

/// Whether an id is safe in a log line: `[A-Za-z0-9._-]{1,128}`.
pub(super) fn is_legal(id: &[u8]) -> bool {
    // This runs for every request. Without an early return many bytes are compared at once.
    (1..=128).contains(&id.len()) && id.iter().fold(true, |all, byte| all & is_harmless(*byte))
}

const fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | matches!(byte, b'.' | b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_taken() {
        let legal = |id: &str| is_legal(id.as_bytes());
        assert!(["a", "A-1_b.c", &"x".repeat(128)].into_iter().all(legal));
        assert!(!["", "a b", "a\tb", "<script>", "a,b", &"x".repeat(129)].into_iter().any(legal));
    }
}
