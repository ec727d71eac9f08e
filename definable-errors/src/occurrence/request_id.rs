use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The header of the correlation id, in and out.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The caller's id, if it can be trusted in a log line: `[A-Za-z0-9._-]{1,128}`.
pub(super) fn inbound(headers: &HeaderMap) -> Option<HeaderValue> {
    let legal = |name| headers.get(name).filter(|value| is_legal(value.as_bytes())).cloned();
    legal(X_REQUEST_ID).or_else(|| legal(X_CORRELATION_ID))
}

fn is_legal(id: &[u8]) -> bool {
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

    fn accepted(id: &str) -> bool {
        let headers = HeaderMap::from_iter([(X_REQUEST_ID, id.parse().unwrap())]);
        inbound(&headers).is_some()
    }

    //
    #[test]
    fn only_harmless_ids_are_taken() {
        assert!(["a", "A-1_b.c", &"x".repeat(128)].into_iter().all(accepted));
        assert!(
            !["", "a b", "a\tb", "<script>", "a,b", &"x".repeat(129)].into_iter().any(accepted)
        );
    }

    #[test]
    fn the_older_name_is_read_when_the_first_is_no_use() {
        let headers = HeaderMap::from_iter([
            (X_REQUEST_ID, HeaderValue::from_static("not legal")),
            (X_CORRELATION_ID, HeaderValue::from_static("legal")),
        ]);
        assert_eq!(inbound(&headers).unwrap(), "legal");
    }
}
