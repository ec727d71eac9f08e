//! Keys that sign tokens: shared secrets, and private keys in PEM.

use std::fmt;

use jsonwebtoken::EncodingKey;

use super::algorithm::Family;
use super::key::bits;
use super::{Algorithm, KeyError, back_end, key, token};
use crate::auth::Secret;

/// A signing key, bound to exactly one algorithm. Its `Debug` output contains its id and algorithm.
#[derive(Clone)]
pub struct SigningKey {
    id: Option<String>,
    algorithm: Algorithm,
    key: EncodingKey,
}

impl SigningKey {
    /// Creates a key from a shared secret, which must be as strong as for
    /// [`Key::from_secret`](super::Key::from_secret).
    ///
    /// # Errors
    ///
    /// Returns an error if the algorithm is not an HMAC, or if the secret is too weak. Tests that need
    /// such a secret pass [`Secret::insecure_for_tests`].
    pub fn from_secret<'a>(
        algorithm: Algorithm,
        secret: impl Into<Secret<'a>>,
    ) -> Result<Self, KeyError> {
        let secret = secret.into();
        if algorithm.family() != Family::Hmac {
            return Err(KeyError::OtherAlgorithm(algorithm));
        }
        key::check_secret(algorithm, secret)?;
        let key = EncodingKey::from_secret(secret.as_bytes());
        let key = key.map_err(|_| KeyError::ShortSecret(algorithm.hash_bytes()))?;
        Self::tried(algorithm, key)
    }

    /// Parses a private key in PEM: PKCS #8 (`PRIVATE KEY`), or `RSA PRIVATE KEY`.
    ///
    /// # Errors
    ///
    /// Returns an error if this is not a private key, or if it is for another algorithm or too
    /// weak.
    pub fn from_pem(algorithm: Algorithm, pem: &[u8]) -> Result<Self, KeyError> {
        let key = match algorithm.family() {
            Family::Hmac => return Err(KeyError::OtherAlgorithm(algorithm)),
            Family::Rsa => EncodingKey::from_rsa_pem(pem),
            Family::Ec => EncodingKey::from_ec_pem(pem),
            Family::Ed => EncodingKey::from_ed_pem(pem),
        }
        .map_err(|_| KeyError::Pem)?;
        if algorithm.family() == Family::Rsa {
            let components = back_end::private_rsa_components(key.as_bytes());
            let (modulus, _) = components.ok_or(KeyError::Pem)?;
            if !(2048..=4096).contains(&bits(&modulus)) {
                return Err(KeyError::RsaSize);
            }
        }
        Self::tried(algorithm, key)
    }

    /// Sets the id that tokens contain (`kid`).
    ///
    /// # Errors
    ///
    /// Returns an error if `id` is not 1 to 256 visible ASCII characters.
    pub fn with_id(mut self, id: &str) -> Result<Self, KeyError> {
        if !token::is_key_id(id) {
            return Err(KeyError::Id);
        }
        self.id = Some(id.to_owned());
        Ok(self)
    }

    /// Returns the id that tokens contain.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the only algorithm of the key.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        back_end::sign(self.algorithm, &self.key, message)
    }

    /// Signs once, so that a key that cannot sign is rejected now and not at the first login.
    fn tried(algorithm: Algorithm, key: EncodingKey) -> Result<Self, KeyError> {
        let key = Self { id: None, algorithm, key };
        match key.sign(b"is this a key?") {
            Some(_) => Ok(key),
            None => Err(KeyError::OtherAlgorithm(algorithm)),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_short_and_visible() {
        let key = || SigningKey::from_secret(Algorithm::Hs256, b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO");
        assert_eq!(key().unwrap().id(), None);
        assert_eq!(key().unwrap().with_id("2026-11").unwrap().id(), Some("2026-11"));
        assert_eq!(key().unwrap().with_id("a b").unwrap_err(), KeyError::Id);
        assert_eq!(key().unwrap().with_id("").unwrap_err(), KeyError::Id);
    }
}
