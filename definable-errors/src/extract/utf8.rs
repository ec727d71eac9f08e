use percent_encoding::percent_decode;

/// Whether percent-encoded text decodes to UTF-8. Mostly it is ASCII, which is recognized at once.
pub(super) fn is_utf_8(encoded: &[u8]) -> bool {
    is_plainly_ascii(encoded) || percent_decode(encoded).decode_utf8().is_ok()
}

/// Whether there is no byte above ASCII, and no escape of one.
fn is_plainly_ascii(encoded: &[u8]) -> bool {
    encoded.is_ascii() && !has_high_escape(encoded)
}

/// Looks at every byte without a branch, so that several are looked at at once.
fn has_high_escape(encoded: &[u8]) -> bool {
    let following = encoded.get(1..).unwrap_or_default();
    let is_high = |digit: u8| matches!(digit, b'8' | b'9') | matches!(digit | 0x20, b'a'..=b'f');
    let pairs = encoded.iter().zip(following);
    pairs.fold(false, |found, (&mark, &digit)| found | ((mark == b'%') & is_high(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decodes_to_other_bytes_is_seen() {
        for good in ["", "a=b", "a=%20%7F", "a=%", "a=%zz", "a=100%", "ü=%C3%BC", "a=%25ff"] {
            assert!(is_utf_8(good.as_bytes()), "{good}");
        }
        for bad in ["a=%ff", "a=%C3", "a=%C3&b=%BC", "%E2%82=1", "a=%c0%80", "a=%ED%A0%80"] {
            assert!(!is_utf_8(bad.as_bytes()), "{bad}");
        }
        assert!(!is_utf_8(b"a=\xff"));
    }
}
