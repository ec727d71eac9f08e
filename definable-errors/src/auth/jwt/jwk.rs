//! Reads a JSON Web Key (RFC 7517): its type and algorithm, what it is for, its numbers.

use super::algorithm::Family;
use super::strict::{Json, Object};
use super::{Algorithm, InvalidKey, Key, base64url};

pub(super) fn key(jwk: &Object<'_>) -> Result<Key, InvalidKey> {
    check_purpose(jwk)?;
    let kind = jwk.text("kty").ok_or(InvalidKey::Jwk)?;
    let algorithm = algorithm(jwk, kind)?;
    let key = match (kind, algorithm.family()) {
        ("oct", Family::Hmac) => Key::secret(algorithm, &bytes(jwk, "k")?),
        ("RSA", Family::Rsa) => Key::rsa(algorithm, &bytes(jwk, "n")?, &bytes(jwk, "e")?),
        ("EC", Family::Ec) => Key::point(algorithm, &point(jwk, algorithm)?),
        ("OKP", Family::Ed) if jwk.text("crv") == Some("Ed25519") => {
            Key::edwards(&bytes(jwk, "x")?)
        }
        _ => Err(InvalidKey::OtherAlgorithm(algorithm)),
    }?;
    match jwk.get("kid") {
        None => Ok(key),
        Some(id) => key.with_id(id.as_text().ok_or(InvalidKey::Id)?),
    }
}

/// J9: `use` and `key_ops`. A private key has no business on the verifying side.
fn check_purpose(jwk: &Object<'_>) -> Result<(), InvalidKey> {
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
        false => Err(InvalidKey::Purpose),
    }
}

/// The public numbers of a key that is not symmetric, as they are written: two keys are the same if
/// these are.
pub(super) fn public_numbers<'a>(jwk: &'a Object<'_>) -> [Option<&'a str>; 4] {
    ["n", "e", "x", "y"].map(|name| jwk.text(name))
}

/// C1: exactly one, said or implied.
fn algorithm(jwk: &Object<'_>, kind: &str) -> Result<Algorithm, InvalidKey> {
    if let Some(said) = jwk.get("alg") {
        return said.as_text().and_then(Algorithm::named).ok_or(InvalidKey::UnknownAlgorithm);
    }
    match (kind, jwk.text("crv")) {
        ("RSA", _) => Ok(Algorithm::Rs256),
        ("EC", Some("P-256")) => Ok(Algorithm::Es256),
        ("EC", Some("P-384")) => Ok(Algorithm::Es384),
        ("OKP", Some("Ed25519")) => Ok(Algorithm::EdDsa),
        _ => Err(InvalidKey::UnknownAlgorithm),
    }
}

fn bytes(jwk: &Object<'_>, name: &str) -> Result<Vec<u8>, InvalidKey> {
    jwk.text(name).and_then(base64url::decode).ok_or(InvalidKey::Jwk)
}

/// C4: both coordinates have the length of the curve, which is the algorithm's.
fn point(jwk: &Object<'_>, algorithm: Algorithm) -> Result<Vec<u8>, InvalidKey> {
    let curve = match algorithm {
        Algorithm::Es384 => "P-384",
        _ => "P-256",
    };
    let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
    match jwk.text("crv") == Some(curve) && x.len() == y.len() {
        true => Ok([&[4][..], &x, &y].concat()),
        false => Err(InvalidKey::Point),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7515 §A.3.
    const POINT: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;

    fn read(more: &str) -> Result<Key, InvalidKey> {
        Key::jwk(&format!("{{{POINT}{more}}}"))
    }

    #[test]
    fn a_key_says_its_id_and_algorithm() {
        let key =
            read(r#","kid":"2026","use":"sig","key_ops":["verify"],"x5t":"unknown""#).unwrap();
        assert_eq!((key.id(), key.algorithm()), (Some("2026"), Algorithm::Es256));
    }

    // J9, C1, C4
    #[test]
    fn what_a_key_is_not_for_it_does_not_verify() {
        for (more, expected) in [
            (r#","use":"enc""#, InvalidKey::Purpose),
            (r#","use":1"#, InvalidKey::Purpose),
            (r#","key_ops":["sign"]"#, InvalidKey::Purpose),
            (r#","key_ops":"verify""#, InvalidKey::Purpose),
            (r#","d":"AA""#, InvalidKey::Purpose),
            (r#","alg":"HS256""#, InvalidKey::OtherAlgorithm(Algorithm::Hs256)),
            (r#","alg":"ES384""#, InvalidKey::Point),
            (r#","alg":"none""#, InvalidKey::UnknownAlgorithm),
            (r#","alg":1"#, InvalidKey::UnknownAlgorithm),
            (r#","kid":1"#, InvalidKey::Id),
            (r#","kid":"a b""#, InvalidKey::Id),
            (r#","kty":"EC""#, InvalidKey::Jwk),
        ] {
            assert_eq!(read(more).unwrap_err(), expected, "{more}");
        }
        assert_eq!(
            Key::jwk(r#"{"kty":"oct","k":"AA"}"#).unwrap_err(),
            InvalidKey::UnknownAlgorithm
        );
        assert_eq!(
            Key::jwk(r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#).unwrap_err(),
            InvalidKey::UnknownAlgorithm
        );
        assert_eq!(Key::jwk("[]").unwrap_err(), InvalidKey::Jwk);
    }
}
