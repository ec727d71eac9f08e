use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{SecretDigest, random};
use crate::error::ApiError;

/// A newly generated API key, shown to its owner once and stored as a digest.
///
/// ```
/// use definable_errors::auth::NewApiKey;
///
/// let key = NewApiKey::generate("kb_live_")?;
/// assert!(key.as_str().starts_with("kb_live_") && key.as_str().len() == 51);
/// # Ok::<(), definable_errors::ApiError>(())
/// ```
#[must_use = "the key itself is stored nowhere else"]
pub struct NewApiKey(String);

impl NewApiKey {
    /// Generates a key of 256 random bits with a prefix, by which people and secret scanners
    /// recognize it.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the system cannot provide random bytes.
    pub fn generate(prefix: &str) -> Result<Self, ApiError> {
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::bytes::<32>()?))))
    }

    /// Returns the key, for the one response that contains it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the digest to store.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::sha256(&self.0)
    }
}

impl fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewApiKey(…)")
    }
}
