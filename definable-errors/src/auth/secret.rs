//! Detection of guessable secrets (RFC 8725 §3.5).

/// The minimum number of different bytes. A secret with fewer has less than 128 bits of entropy,
/// however long it is.
const FEWEST_DIFFERENT: usize = 10;

/// The minimum number of letters and digits that remain after the words are removed.
const FEWEST_LEFT: usize = 16;

/// Words that people use as placeholders for secrets.
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

/// The minimum length in bytes of a secret that is compared.
const FEWEST_BYTES: usize = 32;

/// Returns whether the secret is long enough and not guessable.
pub(super) fn is_strong(secret: &[u8]) -> bool {
    secret.len() >= FEWEST_BYTES && !is_guessable(secret)
}

/// Returns whether the secret is a word, a pattern, or little else.
pub(super) fn is_guessable(secret: &[u8]) -> bool {
    different(secret) < FEWEST_DIFFERENT || is_words(secret)
}

fn different(secret: &[u8]) -> usize {
    let mut seen = [false; 256];
    for byte in secret {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Returns whether little remains of a text without the words that are used as placeholders for
/// secrets. Bytes that people do not type come from a generator.
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
            "",
        ] {
            assert!(!is_strong(secret.as_bytes()), "{secret}");
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
            assert!(is_strong(secret.as_bytes()), "{secret}");
        }
    }
}
