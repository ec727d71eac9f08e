//! Checks of secrets (RFC 7518 §3.2, RFC 8725 §3.5).

use super::{Algorithm, KeyError};
use crate::auth::is_guessable;

/// Rejects secrets that are too short, are another kind of key, or are guessable.
pub(super) fn check(algorithm: Algorithm, secret: &[u8]) -> Result<(), KeyError> {
    if secret.len() < algorithm.hash_bytes() {
        return Err(KeyError::ShortSecret(algorithm.hash_bytes()));
    }
    if secret.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Err(KeyError::PemAsSecret);
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
        let is_taken = |algorithm, length: usize| check(algorithm, &secret[..length]).is_ok();
        assert!(is_taken(Algorithm::Hs256, 32) && !is_taken(Algorithm::Hs256, 31));
        assert!(is_taken(Algorithm::Hs384, 48) && !is_taken(Algorithm::Hs384, 47));
        assert!(is_taken(Algorithm::Hs512, 64) && !is_taken(Algorithm::Hs512, 63));
        assert!(!is_taken(Algorithm::Hs256, 0));
    }

    #[test]
    fn another_kind_of_key_is_no_secret() {
        let pem = b"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END";
        assert_eq!(check(Algorithm::Hs256, pem), Err(KeyError::PemAsSecret));
        assert_eq!(check(Algorithm::Hs256, &[7; 32]), Err(KeyError::GuessableSecret));
    }
}
