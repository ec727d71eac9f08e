//! Which secrets are none (RFC 7518 §3.2, RFC 8725 §3.5).

use super::{Algorithm, InvalidKey};

/// Fewer different bytes than this have no 128 bits in them, however long the secret is.
const FEWEST_DIFFERENT: usize = 10;

/// Fewer letters and digits than this are left when the words are taken out.
const FEWEST_LEFT: usize = 16;

/// What people write where a secret should stand.
const WORDS: [&str; 40] = [
    "correcthorsebatterystaple",
    "production",
    "development",
    "administrator",
    "definable",
    "password",
    "changeme",
    "example",
    "default",
    "private",
    "letmein",
    "testing",
    "replace",
    "enough",
    "qwerty",
    "dragon",
    "monkey",
    "secure",
    "secret",
    "signing",
    "change",
    "random",
    "string",
    "please",
    "should",
    "super",
    "token",
    "admin",
    "bytes",
    "least",
    "hello",
    "world",
    "this",
    "that",
    "your",
    "test",
    "very",
    "long",
    "key",
    "jwt",
];

/// Refuses what is too short, is another kind of key, or could be guessed.
pub(super) fn check(algorithm: Algorithm, secret: &[u8]) -> Result<(), InvalidKey> {
    if secret.len() < algorithm.hash_bytes() {
        return Err(InvalidKey::ShortSecret(algorithm.hash_bytes()));
    }
    if secret.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Err(InvalidKey::PemAsSecret);
    }
    match different(secret) < FEWEST_DIFFERENT || is_words(secret) {
        true => Err(InvalidKey::GuessableSecret),
        false => Ok(()),
    }
}

fn different(secret: &[u8]) -> usize {
    let mut seen = [false; 256];
    for byte in secret {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Whether little is left of a text without the words that stand in for secrets. Bytes that nobody
/// types come from a generator.
fn is_words(secret: &[u8]) -> bool {
    let is_typed = |text: &&str| !text.chars().any(|c| c.is_control() && c != '\n');
    let Some(text) = std::str::from_utf8(secret).ok().filter(is_typed) else {
        return false;
    };
    let mut left: String =
        text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    for word in WORDS {
        left = left.replace(word, "");
    }
    let distinct = different(left.as_bytes());
    left.len() < FEWEST_LEFT || distinct < FEWEST_DIFFERENT - 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(secret: &str) -> bool {
        check(Algorithm::Hs256, secret.as_bytes()).is_ok()
    }

    // J8
    #[test]
    fn a_secret_is_as_long_as_the_hash() {
        let secret: Vec<u8> = (0..64).collect();
        let is_taken = |algorithm, length: usize| check(algorithm, &secret[..length]).is_ok();
        assert!(is_taken(Algorithm::Hs256, 32) && !is_taken(Algorithm::Hs256, 31));
        assert!(is_taken(Algorithm::Hs384, 48) && !is_taken(Algorithm::Hs384, 47));
        assert!(is_taken(Algorithm::Hs512, 64) && !is_taken(Algorithm::Hs512, 63));
        assert!(!is_taken(Algorithm::Hs256, 0));
    }

    // C5
    #[test]
    fn what_could_be_guessed_is_no_secret() {
        for secret in [
            &"a".repeat(64),
            &"ab".repeat(32),
            &" ".repeat(40),
            &"\0".repeat(40),
            "your-256-bit-secret-your-256-bit-secret",
            "this-is-a-very-long-secret-key-please-change",
            "supersecretsupersecretsupersecret",
            "changeme-changeme-changeme-changeme",
            "correct horse battery staple correct horse",
            "password1234password1234password1234",
            "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
        ] {
            assert!(!is_taken(secret), "{secret}");
        }
    }

    #[test]
    fn what_a_generator_writes_is_taken() {
        for secret in [
            "0123456789abcdef0123456789abcdef",
            "f3b1c9e07a5d42e8b6f0aa1173c4d95e",
            "kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO",
            "9c2MZ+u0/Qd1x7sVh3KpWJtbE5yLrGfn4oA8RkSiTgU=",
        ] {
            assert!(is_taken(secret), "{secret}");
        }
    }
}
