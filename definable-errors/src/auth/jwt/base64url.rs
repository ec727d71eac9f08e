use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Decodes base64url without padding, white space or leftover bits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_way_to_write_a_text() {
        assert_eq!(decode("Zg"), Some(b"f".to_vec()));
        for other in ["Zh", "Zg=", "Zg==", "Zg\n", " Zg", "Z g", "Zm9v+/", "Z", "Zg."] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
