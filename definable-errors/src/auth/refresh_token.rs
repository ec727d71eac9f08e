use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{SecretDigest, random};
use crate::error::ApiError;

/// An opaque refresh token: 256 random bits in 43 base64url characters.
///
/// Its `Debug` output does not contain the token; a store keeps its [`digest`](Self::digest).
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct RefreshToken(String);

impl RefreshToken {
    /// The number of characters of a token.
    pub const LENGTH: usize = 43;

    pub(super) fn generate() -> Result<Self, ApiError> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random::bytes::<32>()?)))
    }

    /// Parses a presented token; returns `None` if it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Returns the token, for the one response that contains it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the digest that a store keeps.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::sha256(&self.0)
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_43_characters_of_base64url() {
        let (one, two) = (RefreshToken::generate().unwrap(), RefreshToken::generate().unwrap());
        assert!(one != two && one.as_str().len() == RefreshToken::LENGTH);
        assert_eq!(RefreshToken::parse(one.as_str()), Some(one));
        let twin = format!("{}B", "A".repeat(42));
        for text in
            ["", "a.b.c", &"A".repeat(42), &"A".repeat(44), &twin, &format!("{}=", "A".repeat(42))]
        {
            assert_eq!(RefreshToken::parse(text), None, "{text}");
        }
    }
}
