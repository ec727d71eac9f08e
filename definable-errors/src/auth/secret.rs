//! Shared secrets, and the detection of guessable ones (RFC 8725 §3.5).

use std::fmt;

use crate::support::WarnOnce;

/// A secret that programs share: the key of an HMAC, or an internal token.
///
/// Functions that need a secret take anything that converts into one: a text, bytes, or an array.
/// They reject a secret that is short or guessable, since whoever guesses it can sign tokens.
///
/// # Weak secrets in tests
///
/// Tests that need a weak secret, for instance because a fixture was signed with it, opt out of the
/// check by name, one secret at a time:
///
/// ```
/// use definable_errors::auth::jwt::{Algorithm, Key, KeyError};
/// use definable_errors::auth::{InternalTokens, Secret};
///
/// assert_eq!(Key::from_secret(Algorithm::Hs256, "x").unwrap_err(), KeyError::ShortSecret(32));
/// assert!(Key::from_secret(Algorithm::Hs256, Secret::insecure_for_tests("x")).is_ok());
/// assert!(InternalTokens::new([Secret::insecure_for_tests("x")]).is_ok());
/// ```
#[derive(Clone, Copy)]
pub struct Secret<'a> {
    bytes: &'a [u8],
    strength: Strength,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Required,
    Ignored,
}

impl<'a> Secret<'a> {
    /// Creates a secret whose strength is not checked. **Never use it in a program that others can
    /// reach.**
    ///
    /// It works in every build, so that tests of a release build can use it. The first call in a
    /// process logs a warning. An empty secret is rejected all the same.
    pub fn insecure_for_tests<T: AsRef<[u8]> + ?Sized>(secret: &'a T) -> Self {
        static WARNING: WarnOnce = WarnOnce::new();
        WARNING.log(|| {
            "a secret is not checked: `Secret::insecure_for_tests` was called, which must not happen \
             outside of tests"
                .to_owned()
        });
        Self { bytes: secret.as_ref(), strength: Strength::Ignored }
    }

    const fn required(bytes: &'a [u8]) -> Self {
        Self { bytes, strength: Strength::Required }
    }

    pub(crate) const fn as_bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the strength is not checked. An empty secret is no secret, also in tests.
    pub(super) fn is_unchecked(self) -> bool {
        self.strength == Strength::Ignored && !self.bytes.is_empty()
    }

    /// Whether it is long enough and not guessable, or not checked.
    pub(crate) fn is_acceptable(self) -> bool {
        self.is_unchecked() || is_strong(self.bytes)
    }
}

impl<'a> From<&'a [u8]> for Secret<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::required(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Secret<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::required(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Secret<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::required(bytes)
    }
}

impl<'a> From<&'a str> for Secret<'a> {
    fn from(text: &'a str) -> Self {
        Self::required(text.as_bytes())
    }
}

impl<'a> From<&'a String> for Secret<'a> {
    fn from(text: &'a String) -> Self {
        Self::required(text.as_bytes())
    }
}

/// The output does not contain the secret.
impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The minimum number of different bytes. A secret with fewer has less than 128 bits of entropy,
/// however long it is.
const FEWEST_DIFFERENT: usize = 10;

/// The minimum length in bytes of a secret that is compared.
const FEWEST_BYTES: usize = 32;

/// Returns whether the secret is long enough and not guessable.
fn is_strong(secret: &[u8]) -> bool {
    secret.len() >= FEWEST_BYTES && !is_guessable(secret)
}

/// Returns whether the secret is a pattern, or a text that was typed.
///
/// Of the 1,830 secrets of 32 bytes or more in github.com/wallarm/jwt-secrets, 27 are patterns and
/// 141 are typed; a list of forty words such as `password` would find 61. Most of the others were
/// generated before they were published.
pub(super) fn is_guessable(secret: &[u8]) -> bool {
    different(secret) < FEWEST_DIFFERENT || is_typed(secret)
}

fn different(secret: &[u8]) -> usize {
    let mut seen = [false; 256];
    for byte in secret {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Returns whether it is a text without a digit, with letters of one case at most. Phrases are such
/// texts in every language. What a generator writes is hardly ever one: of its 32 characters or
/// more, some are digits, or their case is mixed.
fn is_typed(secret: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(secret.trim_ascii()) else { return false };
    let has = |is: fn(char) -> bool| text.chars().any(is);
    let is_mixed = has(char::is_lowercase) && has(char::is_uppercase);
    !is_mixed && !has(|char| char.is_ascii_digit() || char.is_control())
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
            "this-is-a-very-long-secret-key-please-change",
            "supersecretsupersecretsupersecret",
            "changeme-changeme-changeme-changeme\n",
            "correct horse battery staple correct horse",
            "ПАРОЛЬ, КОТОРЫЙ НИКТО НЕ УГАДАЕТ",
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
            "mfrggzdfmztwq2lknnwg23tpobyxe43u",
            "kJxsEZqQVnSxTirWSyBdQMfHgLpCuEaO",
        ] {
            assert!(is_strong(secret.as_bytes()), "{secret}");
        }
    }
}
