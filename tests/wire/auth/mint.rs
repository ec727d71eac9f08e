//! Tokens as an attacker or a careless issuer would write them: any header, any claims, any key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, EncodingKey};

/// The service's secret.
pub(crate) const SECRET: &[u8] = b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

/// The time of the tests' clock, 2026-01-01T00:00:00Z, in seconds.
pub(crate) const NOW: u64 = 1_767_225_600;

pub(crate) const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns the claims of a valid legacy token, with more members at the end.
pub(crate) fn claims(more: &str) -> String {
    format!(r#"{{"id":"7","exp":{}{more}}}"#, NOW + 60)
}

/// Returns a token signed by the service's secret.
pub(crate) fn token(header: &str, claims: &str) -> String {
    signed(header, claims, Algorithm::HS256, &EncodingKey::from_secret(SECRET).unwrap())
}

pub(crate) fn signed(
    header: &str,
    claims: &str,
    algorithm: Algorithm,
    key: &EncodingKey,
) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    format!("{message}.{}", encode(signature(&message, algorithm, key)))
}

pub(crate) fn signature(message: &str, algorithm: Algorithm, key: &EncodingKey) -> Vec<u8> {
    let signer = (DEFAULT_PROVIDER.signer_factory)(&algorithm, key).unwrap();
    signer.try_sign(message.as_bytes()).unwrap()
}
