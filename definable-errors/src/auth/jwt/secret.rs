//! Checks of secrets (RFC 7518 §3.2, RFC 8725 §3.5).

use super::{Algorithm, KeyError};
use crate::auth::{Secret, is_guessable};

/// Rejects secrets that are too short, are another kind of key, or are guessable. One that must not
/// be checked only has to be no other kind of key.
pub(super) fn check(algorithm: Algorithm, secret: Secret<'_>) -> Result<(), KeyError> {
    let is_unchecked = secret.is_unchecked();
    let secret = secret.as_bytes();
    if secret.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Err(KeyError::PemAsSecret);
    }
    if is_unchecked {
        return Ok(());
    }
    if secret.len() < algorithm.hash_bytes() {
        return Err(KeyError::ShortSecret(algorithm.hash_bytes()));
    }
    match is_guessable(secret) {
        true => Err(KeyError::GuessableSecret),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_as_long_as_the_hash() {
        let secret: Vec<u8> = (0..64).collect();
        let is_taken = |algorithm, length: usize| check(algorithm, secret[..length].into()).is_ok();
        assert!(is_taken(Algorithm::Hs256, 32) && !is_taken(Algorithm::Hs256, 31));
        assert!(is_taken(Algorithm::Hs384, 48) && !is_taken(Algorithm::Hs384, 47));
        assert!(is_taken(Algorithm::Hs512, 64) && !is_taken(Algorithm::Hs512, 63));
        assert!(!is_taken(Algorithm::Hs256, 0));
    }

    #[test]
    fn unchecked_secret_is_neither_empty_nor_another_kind_of_key() {
        let check = |text| check(Algorithm::Hs256, Secret::insecure_for_tests(text));
        assert_eq!(check("x"), Ok(()));
        assert_eq!(check(""), Err(KeyError::ShortSecret(32)));
        assert_eq!(check("-----BEGIN PUBLIC KEY-----"), Err(KeyError::PemAsSecret));
    }

    #[test]
    fn another_kind_of_key_is_no_secret() {
        let pem = b"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END";
        assert_eq!(check(Algorithm::Hs256, pem.into()), Err(KeyError::PemAsSecret));
        assert_eq!(check(Algorithm::Hs256, (&[7; 32]).into()), Err(KeyError::GuessableSecret));
    }
}
