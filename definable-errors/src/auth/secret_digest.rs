//! Random secrets, and the digests that are stored of them.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::ApiError;
use crate::problem::{INTERNAL_ERROR, Problem};

/// Returns unpredictable bytes from the operating system.
pub(crate) fn random_bytes<const COUNT: usize>() -> Result<[u8; COUNT], ApiError> {
    let mut bytes = [0; COUNT];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(ApiError::unlocated(Problem::new(&INTERNAL_ERROR))
            .with_note(format!("the system has no random bytes: {error}"))),
    }
}

/// The SHA-256 digest of a secret, which is stored instead of the secret.
///
/// Digests are compared in constant time. They are for generated secrets; a password needs a slow
/// hash.
///
/// ```
/// use definable_errors::auth::SecretDigest;
///
/// let digest = SecretDigest::sha256("kb_live_51fd2b0c");
/// assert_eq!(SecretDigest::from_hex(&digest.to_hex()), Some(digest));
/// assert_eq!(format!("{digest:?}"), "SecretDigest(…)");
/// ```
#[derive(Clone, Copy)]
pub struct SecretDigest([u8; 32]);

impl SecretDigest {
    /// Computes the digest of a secret.
    pub fn sha256(secret: &str) -> Self {
        Self::of_bytes(secret.as_bytes())
    }

    pub(super) fn of_bytes(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Creates a digest from stored bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Parses 64 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Returns the bytes, to store.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns 64 lower-case hexadecimal digits, to store.
    pub fn to_hex(&self) -> String {
        const DIGITS: [char; 16] =
            ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]);
        self.0.iter().flat_map(digits).collect()
    }
}

impl PartialEq for SecretDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretDigest {}

impl Hash for SecretDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_sha_256() {
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(SecretDigest::sha256("abc").to_hex(), hex);
        assert_eq!(SecretDigest::from_hex(&hex.to_uppercase()), Some(SecretDigest::sha256("abc")));
        assert!(SecretDigest::sha256("abd") != SecretDigest::sha256("abc"));
    }

    #[test]
    fn what_is_no_digest_is_none() {
        for hex in ["", "ab", &"g".repeat(64), &"+1".repeat(32), &"ä".repeat(32)] {
            assert_eq!(SecretDigest::from_hex(hex), None, "{hex}");
        }
    }
}
