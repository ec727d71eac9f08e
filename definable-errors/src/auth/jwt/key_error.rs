use std::fmt;

use super::Algorithm;

/// The error for a key that cannot be used; it contains nothing of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The algorithm requires another kind of key.
    OtherAlgorithm(Algorithm),
    /// The secret has fewer bytes than the hash (RFC 7518 §3.2).
    ShortSecret(usize),
    /// The secret is a word, a pattern, or a single repeated byte (RFC 8725 §3.5).
    GuessableSecret,
    /// A public key was passed as a secret.
    PemAsSecret,
    /// The text is not a PEM key for this algorithm.
    Pem,
    /// The text is not a JSON Web Key, or members that its type requires are missing.
    Jwk,
    /// The key is not for verifying signatures, because of `use`, `key_ops`, or a private part.
    Purpose,
    /// The key's algorithm is neither stated nor implied by its type, or is not supported.
    UnknownAlgorithm,
    /// The RSA key is outside 2048 to 4096 bits, or has an even or too small exponent.
    RsaSize,
    /// The point is not on the curve, or has the wrong length.
    Point,
    /// The id is not 1 to 256 visible ASCII characters.
    Id,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherAlgorithm(algorithm) => {
                return write!(f, "{algorithm} takes another kind of key");
            }
            Self::ShortSecret(bytes) => {
                return write!(f, "the secret has fewer than {bytes} bytes");
            }
            Self::GuessableSecret => "the secret could be guessed: use random bytes",
            Self::PemAsSecret => "the secret is a PEM: use the function for PEMs",
            Self::Pem => "the text is no PEM of a key of this algorithm",
            Self::Jwk => "the text is no JSON Web Key with what its type needs",
            Self::Purpose => "the key is not one to verify signatures with",
            Self::UnknownAlgorithm => "the key does not say an algorithm that is supported",
            Self::RsaSize => "an RSA key has 2048 to 4096 bits and an odd exponent from 3",
            Self::Point => "the point is not on the curve of the algorithm",
            Self::Id => "a key id is 1 to 256 visible ASCII characters",
        })
    }
}

impl std::error::Error for KeyError {}
