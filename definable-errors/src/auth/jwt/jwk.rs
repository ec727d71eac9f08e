//! A parser for JSON Web Keys (RFC 7517): their type, algorithm, purpose and numbers.

use super::algorithm::Family;
use super::strict::{Json, Object};
use super::{Algorithm, Key, KeyError, base64url};

pub(super) fn key(jwk: &Object<'_>) -> Result<Key, KeyError> {
    check_purpose(jwk)?;
    let kind = jwk.text("kty").ok_or(KeyError::Jwk)?;
    let algorithm = algorithm(jwk, kind)?;
    let key = match (kind, algorithm.family()) {
        ("oct", Family::Hmac) => Key::from_secret(algorithm, &bytes(jwk, "k")?),
        ("RSA", Family::Rsa) => Key::rsa(algorithm, &bytes(jwk, "n")?, &bytes(jwk, "e")?),
        ("EC", Family::Ec) => Key::point(algorithm, &point(jwk, algorithm)?),
        ("OKP", Family::Ed) if jwk.text("crv") == Some("Ed25519") => {
            Key::edwards(&bytes(jwk, "x")?)
        }
        _ => Err(KeyError::OtherAlgorithm(algorithm)),
    }?;
    match jwk.get("kid") {
        None => Ok(key),
        Some(id) => key.with_id(id.as_text().ok_or(KeyError::Id)?),
    }
}

/// Checks `use` and `key_ops`. A private key does not belong on the verifying side.
fn check_purpose(jwk: &Object<'_>) -> Result<(), KeyError> {
    let is_for_signatures = match jwk.get("use") {
        None => true,
        Some(purpose) => purpose.as_text() == Some("sig"),
    };
    let verifies = |operation: &Json<'_>| operation.as_text() == Some("verify");
    let is_for_verifying = match jwk.get("key_ops") {
        None => true,
        Some(operations) => operations.as_list().is_some_and(|all| all.iter().any(verifies)),
    };
    match is_for_signatures && is_for_verifying && !jwk.has("d") {
        true => Ok(()),
        false => Err(KeyError::Purpose),
    }
}

/// Returns the public numbers of an asymmetric key as they are written: two keys are the same if
/// these are equal.
pub(super) fn public_numbers<'a>(jwk: &'a Object<'_>) -> [Option<&'a str>; 4] {
    ["n", "e", "x", "y"].map(|name| jwk.text(name))
}

/// Returns the algorithm, which is either stated or implied by the key type.
fn algorithm(jwk: &Object<'_>, kind: &str) -> Result<Algorithm, KeyError> {
    if let Some(said) = jwk.get("alg") {
        return said.as_text().and_then(Algorithm::named).ok_or(KeyError::UnknownAlgorithm);
    }
    match (kind, jwk.text("crv")) {
        ("RSA", _) => Ok(Algorithm::Rs256),
        ("EC", Some("P-256")) => Ok(Algorithm::Es256),
        ("EC", Some("P-384")) => Ok(Algorithm::Es384),
        ("OKP", Some("Ed25519")) => Ok(Algorithm::EdDsa),
        _ => Err(KeyError::UnknownAlgorithm),
    }
}

fn bytes(jwk: &Object<'_>, name: &str) -> Result<Vec<u8>, KeyError> {
    jwk.text(name).and_then(base64url::decode).ok_or(KeyError::Jwk)
}

/// Returns the point. Both coordinates must have the length that the algorithm's curve defines.
fn point(jwk: &Object<'_>, algorithm: Algorithm) -> Result<Vec<u8>, KeyError> {
    let curve = match algorithm {
        Algorithm::Es384 => "P-384",
        _ => "P-256",
    };
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    match jwk.text("crv") == Some(curve) && x.len() == y.len() {
        true => Ok([&[4][..], &x, &y].concat()),
        false => Err(KeyError::Point),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The point of RFC 7515 §A.3.
    const POINT: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;

    fn read(more: &str) -> Result<Key, KeyError> {
        Key::from_jwk(&format!("{{{POINT}{more}}}"))
    }

    #[test]
    fn a_key_says_its_id_and_algorithm() {
        let key =
            read(r#","kid":"2026","use":"sig","key_ops":["verify"],"x5t":"unknown""#).unwrap();
        assert_eq!((key.id(), key.algorithm()), (Some("2026"), Algorithm::Es256));
    }

    #[test]
    fn what_a_key_is_not_for_it_does_not_verify() {
        for (more, expected) in [
            (r#","use":"enc""#, KeyError::Purpose),
            (r#","use":1"#, KeyError::Purpose),
            (r#","key_ops":["sign"]"#, KeyError::Purpose),
            (r#","key_ops":"verify""#, KeyError::Purpose),
            (r#","d":"AA""#, KeyError::Purpose),
            (r#","alg":"HS256""#, KeyError::OtherAlgorithm(Algorithm::Hs256)),
            (r#","alg":"ES384""#, KeyError::Point),
            (r#","alg":"none""#, KeyError::UnknownAlgorithm),
            (r#","alg":1"#, KeyError::UnknownAlgorithm),
            (r#","kid":1"#, KeyError::Id),
            (r#","kid":"a b""#, KeyError::Id),
            (r#","kty":"EC""#, KeyError::Jwk),
        ] {
            assert_eq!(read(more).unwrap_err(), expected, "{more}");
        }
        assert_eq!(
            Key::from_jwk(r#"{"kty":"oct","k":"AA"}"#).unwrap_err(),
            KeyError::UnknownAlgorithm
        );
        assert_eq!(
            Key::from_jwk(r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#).unwrap_err(),
            KeyError::UnknownAlgorithm
        );
        assert_eq!(Key::from_jwk("[]").unwrap_err(), KeyError::Jwk);
    }
}
