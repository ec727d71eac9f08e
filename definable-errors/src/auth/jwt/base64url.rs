//! Base64url (RFC 4648 §5), in the one form that a part of a token may have.

use std::borrow::Cow;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeSliceError, Engine};

/// Decodes base64url without padding, white space or leftover bits.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Decodes like [`decode`], without an allocation if the bytes fit into `room`.
pub(super) fn decode_into<'r>(text: &str, room: &'r mut [u8]) -> Option<Cow<'r, [u8]>> {
    match URL_SAFE_NO_PAD.decode_slice(text, room) {
        Ok(length) => Some(Cow::Borrowed(&room[..length])),
        Err(DecodeSliceError::OutputSliceTooSmall) => decode(text).map(Cow::Owned),
        Err(DecodeSliceError::DecodeError(_)) => None,
    }
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
            assert_eq!(decode_into(other, &mut [0; 64]), None, "{other:?}");
        }
    }

    #[test]
    fn text_that_does_not_fit_is_decoded_all_the_same() {
        for length in [0, 1, 2, 63, 64, 65, 500] {
            let bytes = vec![7; length];
            assert_eq!(decode_into(&encode(&bytes), &mut [0; 64]).unwrap(), bytes);
        }
    }
}
