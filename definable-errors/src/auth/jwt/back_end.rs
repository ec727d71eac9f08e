//! The cryptographic back end, selected by name.
//!
//! `jsonwebtoken` keeps one provider per process and panics if two crates of a program enabled two
//! back ends. That default is never used here, so features of other crates cannot break a request.

use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(feature = "aws-lc")]
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as PROVIDER;
use jsonwebtoken::crypto::{CryptoProvider, rust_crypto};
use jsonwebtoken::{DecodingKey, EncodingKey};

#[cfg(not(feature = "aws-lc"))]
use self::rust_crypto::DEFAULT_PROVIDER as PROVIDER;
use super::{Algorithm, base64url};

/// Returns whether the signature is valid for the key; `false` if it cannot be checked.
pub(super) fn is_signature(
    algorithm: Algorithm,
    key: &DecodingKey,
    message: &[u8],
    signature: &Vec<u8>,
) -> bool {
    let verifier = (PROVIDER.verifier_factory)(&algorithm.foreign(), key);
    verifier.is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
}

/// Returns the signature, or `None` if the key does not fit the algorithm.
pub(super) fn sign(algorithm: Algorithm, key: &EncodingKey, message: &[u8]) -> Option<Vec<u8>> {
    let signer = (PROVIDER.signer_factory)(&algorithm.foreign(), key).ok()?;
    signer.try_sign(message).ok()
}

/// Returns whether the key is valid for the algorithm: a point that is not on its curve is not a
/// key (RFC 8725 §3.4). aws-lc would check it only when it verifies a signature, so the pure-Rust
/// back end is used.
pub(super) fn is_key(algorithm: Algorithm, key: &DecodingKey) -> bool {
    (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&algorithm.foreign(), key).is_ok()
}

/// Returns the modulus and the exponent of a PKCS #1 public key. It also uses the pure-Rust back
/// end: aws-lc does not read small keys, and could not report why.
pub(super) fn rsa_components(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    (rust_crypto::DEFAULT_PROVIDER.key_utils.rsa_pub_components_from_public_key)(der).ok()
}

/// Returns the modulus and the exponent of a PKCS #1 private key.
pub(super) fn private_rsa_components(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    (rust_crypto::DEFAULT_PROVIDER.key_utils.rsa_pub_components_from_private_key)(der).ok()
}

/// Returns whether the back end is present and distinguishes a valid signature from an invalid one,
/// so that a mistake in a program's features shows at startup.
pub(super) fn passes_self_test() -> bool {
    let provider: &CryptoProvider = &PROVIDER;
    catch_unwind(AssertUnwindSafe(|| knows_the_published_example(provider))).unwrap_or(false)
}

/// Verifies the example of RFC 7515 §A.1.
fn knows_the_published_example(provider: &CryptoProvider) -> bool {
    const MESSAGE: &[u8] = b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SECRET: &str = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75\
        aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    const SIGNATURE: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let (Some(secret), Some(mut signature)) =
        (base64url::decode(SECRET), base64url::decode(SIGNATURE))
    else {
        return false;
    };
    let Ok(key) = DecodingKey::from_secret(&secret) else { return false };
    let Ok(verifier) = (provider.verifier_factory)(&Algorithm::Hs256.foreign(), &key) else {
        return false;
    };
    let is_right = verifier.verify(MESSAGE, &signature).is_ok();
    signature[0] ^= 1;
    is_right && verifier.verify(MESSAGE, &signature).is_err()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::crypto::JwtVerifier;
    use jsonwebtoken::signature;

    use super::*;

    #[test]
    fn the_back_end_of_this_build_works() {
        assert!(passes_self_test());
    }

    /// A back end whose verification always has the same result.
    struct Says(bool);

    impl signature::Verifier<Vec<u8>> for Says {
        fn verify(&self, _: &[u8], _: &Vec<u8>) -> Result<(), signature::Error> {
            self.0.then_some(()).ok_or_else(signature::Error::new)
        }
    }

    impl JwtVerifier for Says {
        fn algorithm(&self) -> jsonwebtoken::Algorithm {
            jsonwebtoken::Algorithm::HS256
        }
    }

    #[test]
    fn back_end_that_accepts_or_rejects_everything_fails_the_self_test() {
        let accepts = CryptoProvider {
            verifier_factory: |_, _| Ok(Box::new(Says(true))),
            ..PROVIDER.clone()
        };
        let rejects = CryptoProvider {
            verifier_factory: |_, _| Ok(Box::new(Says(false))),
            ..PROVIDER.clone()
        };
        assert!(!knows_the_published_example(&accepts));
        assert!(!knows_the_published_example(&rejects));
    }
}
