use http::header::HeaderName;

/// The header of the correlation id, in and out.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Whether an id can be trusted in a log line: `[A-Za-z0-9._-]{1,128}`.
pub(super) fn is_legal(id: &[u8]) -> bool {
    (1..=128).contains(&id.len()) && id.iter().all(|byte| LEGAL[usize::from(*byte)])
}

/// Which bytes an id may have: every request asks, so it is looked up.
const LEGAL: [bool; 256] = {
    let mut legal = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "it is below 256")]
        let one = byte as u8;
        legal[byte] = one.is_ascii_alphanumeric() || matches!(one, b'.' | b'_' | b'-');
        byte += 1;
    }
    legal
};

#[cfg(test)]
mod tests {
    use super::*;

    //
    #[test]
    fn only_harmless_ids_are_taken() {
        let legal = |id: &str| is_legal(id.as_bytes());
        assert!(["a", "A-1_b.c", &"x".repeat(128)].into_iter().all(legal));
        assert!(!["", "a b", "a\tb", "<script>", "a,b", &"x".repeat(129)].into_iter().any(legal));
    }
}
