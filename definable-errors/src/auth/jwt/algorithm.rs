//! The algorithms by which tokens are signed.

use std::fmt;

use jsonwebtoken as foreign;

/// A signature algorithm. Every key has exactly one (RFC 8725 §3.1); `none` is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSA (PKCS #1 v1.5) with SHA-256.
    Rs256,
    /// RSA (PKCS #1 v1.5) with SHA-384.
    Rs384,
    /// RSA (PKCS #1 v1.5) with SHA-512.
    Rs512,
    /// RSA (PSS) with SHA-256.
    Ps256,
    /// RSA (PSS) with SHA-384.
    Ps384,
    /// RSA (PSS) with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

/// The kind of key that an algorithm uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Hmac,
    Rsa,
    Ec,
    Ed,
}

/// Every algorithm with its registered name and its counterpart in `jsonwebtoken`.
const ALL: [(Algorithm, &str, foreign::Algorithm); 12] = [
    (Algorithm::Hs256, "HS256", foreign::Algorithm::HS256),
    (Algorithm::Hs384, "HS384", foreign::Algorithm::HS384),
    (Algorithm::Hs512, "HS512", foreign::Algorithm::HS512),
    (Algorithm::Rs256, "RS256", foreign::Algorithm::RS256),
    (Algorithm::Rs384, "RS384", foreign::Algorithm::RS384),
    (Algorithm::Rs512, "RS512", foreign::Algorithm::RS512),
    (Algorithm::Ps256, "PS256", foreign::Algorithm::PS256),
    (Algorithm::Ps384, "PS384", foreign::Algorithm::PS384),
    (Algorithm::Ps512, "PS512", foreign::Algorithm::PS512),
    (Algorithm::Es256, "ES256", foreign::Algorithm::ES256),
    (Algorithm::Es384, "ES384", foreign::Algorithm::ES384),
    (Algorithm::EdDsa, "EdDSA", foreign::Algorithm::EdDSA),
];

impl Algorithm {
    /// Returns the algorithm with this registered name, which is case-sensitive (RFC 7518 §3.1).
    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, known, _)| *known == name).map(|(algorithm, ..)| *algorithm)
    }

    /// Returns the registered name.
    pub const fn name(self) -> &'static str {
        ALL[self as usize].1
    }

    pub(super) const fn foreign(self) -> foreign::Algorithm {
        ALL[self as usize].2
    }

    pub(super) const fn family(self) -> Family {
        match self {
            Self::Hs256 | Self::Hs384 | Self::Hs512 => Family::Hmac,
            Self::Es256 | Self::Es384 => Family::Ec,
            Self::EdDsa => Family::Ed,
            _ => Family::Rsa,
        }
    }

    /// Returns the number of bytes of the hash, which is the minimum length of a secret (RFC 7518
    /// §3.2).
    pub(super) const fn hash_bytes(self) -> usize {
        match self {
            Self::Hs384 | Self::Rs384 | Self::Ps384 | Self::Es384 => 48,
            Self::Hs512 | Self::Rs512 | Self::Ps512 => 64,
            _ => 32,
        }
    }

    /// Returns the number of bytes of an uncompressed point, for keys that are points.
    pub(super) const fn point_bytes(self) -> usize {
        match self {
            Self::Es384 => 97,
            _ => 65,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_registered_ones() {
        for (algorithm, name, foreign) in ALL {
            assert_eq!((algorithm.name(), algorithm.foreign()), (name, foreign));
            assert_eq!(Algorithm::named(name), Some(algorithm));
        }
        assert!(
            ["none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "ES512", "A256GCM"]
                .iter()
                .all(|name| Algorithm::named(name).is_none())
        );
    }
}
