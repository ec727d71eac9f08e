//! The cryptography, asked for by name.
//!
//! `jsonwebtoken` keeps one provider per process and panics when two crates of a program turned on
//! two back ends. That default is never asked here, so nobody else's features can break a request.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jsonwebtoken::crypto::{CryptoProvider, rust_crypto};
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::{Algorithm, base64url};

#[cfg(not(feature = "aws-lc"))]
use self::rust_crypto::DEFAULT_PROVIDER as PROVIDER;

#[cfg(feature = "aws-lc")]
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as PROVIDER;

/// Whether the signature is the key's. What cannot be checked is not.
pub(super) fn is_signature(
    algorithm: Algorithm,
    key: &DecodingKey,
    message: &[u8],
    signature: &Vec<u8>,
) -> bool {
    let verifier = (PROVIDER.verifier_factory)(&algorithm.foreign(), key);
    verifier.is_ok_and(|verifier| verifier.verify(message, signature).is_ok())
}

/// The signature; none when the key is not of the algorithm.
pub(super) fn sign(algorithm: Algorithm, key: &EncodingKey, message: &[u8]) -> Option<Vec<u8>> {
    let signer = (PROVIDER.signer_factory)(&algorithm.foreign(), key).ok()?;
    signer.try_sign(message).ok()
}

/// Whether the key is one of the algorithm: a point that is not on its curve is none (RFC 8725 §3.4).
/// aws-lc would look at it only when a signature is checked, so the pure-Rust back end is asked.
pub(super) fn is_key(algorithm: Algorithm, key: &DecodingKey) -> bool {
    (rust_crypto::DEFAULT_PROVIDER.verifier_factory)(&algorithm.foreign(), key).is_ok()
}

/// The modulus and the exponent of a PKCS #1 public key. As above: aws-lc reads no small ones, and
/// could not say why.
pub(super) fn rsa_components(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    (rust_crypto::DEFAULT_PROVIDER.key_utils.rsa_pub_components_from_public_key)(der).ok()
}

/// The modulus and the exponent of a PKCS #1 private key.
pub(super) fn private_rsa_components(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    (rust_crypto::DEFAULT_PROVIDER.key_utils.rsa_pub_components_from_private_key)(der).ok()
}

/// Whether the back end is there and tells a right signature from a wrong one. A mistake in how a
/// program is put together shows at its start.
pub(super) fn passes_self_test() -> bool {
    let provider: &CryptoProvider = &PROVIDER;
    catch_unwind(AssertUnwindSafe(|| knows_the_published_example(provider))).unwrap_or(false)
}

/// RFC 7515 §A.1.
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
    let key = DecodingKey::from_secret(&secret);
    let Ok(verifier) = (provider.verifier_factory)(&Algorithm::Hs256.foreign(), &key) else {
        return false;
    };
    let is_right = verifier.verify(MESSAGE, &signature).is_ok();
    signature[0] ^= 1;
    is_right && verifier.verify(MESSAGE, &signature).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_end_of_this_build_works() {
        assert!(passes_self_test());
    }
}
