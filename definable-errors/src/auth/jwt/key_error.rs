use std::fmt;

use super::Algorithm;

/// The key cannot be used; nothing of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The algorithm takes another kind of key.
    OtherAlgorithm(Algorithm),
    /// The secret has fewer bytes than the hash (RFC 7518 §3.2).
    ShortSecret(usize),
    /// The secret is a word, a pattern, or a single byte over and over (RFC 8725 §3.5).
    GuessableSecret,
    /// A public key was given as a secret.
    PemAsSecret,
    /// The text is no PEM of a key of this algorithm.
    Pem,
    /// The text is no JSON Web Key, or one without what its type needs.
    Jwk,
    /// The key is not for signatures: `use`, `key_ops`, or a private part.
    Purpose,
    /// The key's algorithm is not said and cannot be told from its type, or is not supported.
    UnknownAlgorithm,
    /// An RSA key outside of 2048 to 4096 bits, or with an exponent that is even or too small.
    RsaSize,
    /// The point is not on the curve, or is of another length.
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
