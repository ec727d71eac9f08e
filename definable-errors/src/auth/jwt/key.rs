//! The keys that verify signatures, from secrets, PEM, DER and JWKs.

use std::fmt;

use jsonwebtoken::DecodingKey;

use super::algorithm::Family;
use super::strict::{Json, Object};
use super::{Algorithm, back_end, base64url, token};
use crate::auth::{Secret, is_guessable};

/// A verification key, bound to exactly one algorithm (RFC 8725 §3.1).
///
/// Its `Debug` output contains its id and algorithm. Weak keys are rejected.
///
/// ```
/// use definable_errors::auth::jwt::{Algorithm, KeyError, Key};
///
/// let key = Key::from_secret(Algorithm::Hs256, b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO")?;
/// assert_eq!(key.algorithm(), Algorithm::Hs256);
/// assert_eq!(Key::from_secret(Algorithm::Hs256, b"secret").unwrap_err(), KeyError::ShortSecret(32));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone)]
pub struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Key {
    /// Creates a key from a shared secret; its bytes are the key.
    ///
    /// # Errors
    ///
    /// Returns an error if the algorithm is not an HMAC, or if the secret is shorter than its hash
    /// (RFC 7518 §3.2) or guessable. Tests that need such a secret pass
    /// [`Secret::insecure_for_tests`].
    pub fn from_secret<'a>(
        algorithm: Algorithm,
        secret: impl Into<Secret<'a>>,
    ) -> Result<Self, KeyError> {
        let secret = secret.into();
        if algorithm.family() != Family::Hmac {
            return Err(KeyError::OtherAlgorithm(algorithm));
        }
        check_secret(algorithm, secret)?;
        let key = DecodingKey::from_secret(secret.as_bytes());
        let key = key.map_err(|_| KeyError::ShortSecret(algorithm.hash_bytes()))?;
        Ok(Self::of(algorithm, key))
    }

    /// Parses a public key in PEM: `PUBLIC KEY`, or `RSA PUBLIC KEY`.
    ///
    /// # Errors
    ///
    /// Returns an error if this is not a public key, such as a private key or a certificate, or if
    /// it is for another algorithm or too weak.
    pub fn from_pem(algorithm: Algorithm, pem: &[u8]) -> Result<Self, KeyError> {
        let is_public = pem.windows(11).any(|window| window == b"PUBLIC KEY-");
        if !is_public {
            return Err(KeyError::Pem);
        }
        match algorithm.family() {
            Family::Hmac => Err(KeyError::OtherAlgorithm(algorithm)),
            Family::Rsa => {
                let key = DecodingKey::from_rsa_pem(pem).map_err(|_| KeyError::Pem)?;
                let der = key.try_get_as_bytes().map_err(|_| KeyError::Pem)?;
                let (modulus, exponent) = back_end::rsa_components(der).ok_or(KeyError::Pem)?;
                Self::rsa(algorithm, &modulus, &exponent)
            }
            Family::Ec => {
                let key = DecodingKey::from_ec_pem(pem).map_err(|_| KeyError::Pem)?;
                Self::point(algorithm, key.try_get_as_bytes().map_err(|_| KeyError::Pem)?)
            }
            Family::Ed => {
                let key = DecodingKey::from_ed_pem(pem).map_err(|_| KeyError::Pem)?;
                Self::edwards(key.try_get_as_bytes().map_err(|_| KeyError::Pem)?)
            }
        }
    }

    /// Parses a JSON Web Key (RFC 7517). Its `kid` is the key's id; `alg`, `use` and `key_ops` are
    /// checked. A member that is `null` counts as absent.
    ///
    /// The default algorithm of an RSA key is RS256, and that of an elliptic-curve key follows from
    /// its curve; a secret must state its algorithm.
    ///
    /// # Errors
    ///
    /// Returns an error if this is not a JWK, or if the key is not for verification or too weak.
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        from_jwk(&Object::parse(json.as_bytes()).ok_or(KeyError::Jwk)?.without_nulls())
    }

    /// Sets the id by which tokens name the key (`kid`). A key without an id matches every token.
    ///
    /// # Errors
    ///
    /// Returns an error if `id` is not 1 to 256 visible ASCII characters.
    pub fn with_id(mut self, id: &str) -> Result<Self, KeyError> {
        if !token::is_key_id(id) {
            return Err(KeyError::Id);
        }
        self.id = Some(id.to_owned());
        Ok(self)
    }

    /// Returns the id by which tokens name the key.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the only algorithm of the key.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn is_signature(&self, message: &[u8], signature: &Vec<u8>) -> bool {
        back_end::is_signature(self.algorithm, &self.key, message, signature)
    }

    /// Returns whether the key matches a token with this `kid`, or with none.
    pub(super) fn is_named(&self, id: Option<&str>) -> bool {
        match (&self.id, id) {
            (Some(own), Some(id)) => own == id,
            _ => true,
        }
    }

    fn rsa(algorithm: Algorithm, modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let (modulus, exponent) = (trimmed(modulus), trimmed(exponent));
        let is_exponent = (1..=4).contains(&exponent.len())
            && exponent.last().is_some_and(|last| last % 2 == 1)
            && exponent != [1];
        if !is_exponent || !(2048..=4096).contains(&bits(modulus)) {
            return Err(KeyError::RsaSize);
        }
        Ok(Self::of(algorithm, DecodingKey::from_rsa_raw_components(modulus, exponent)))
    }

    /// Creates a key from an uncompressed point: the byte 4, then both coordinates.
    fn point(algorithm: Algorithm, point: &[u8]) -> Result<Self, KeyError> {
        let key = DecodingKey::from_ec_der(point);
        let is_point = point.len() == algorithm.point_bytes() && point[0] == 4;
        if is_point && back_end::is_key(algorithm, &key) {
            Ok(Self::of(algorithm, key))
        } else {
            Err(KeyError::Point)
        }
    }

    fn edwards(point: &[u8]) -> Result<Self, KeyError> {
        // The length is checked first, because the pure-Rust back end slices without a check.
        let key = DecodingKey::from_ed_der(point);
        if point.len() == 32 && back_end::is_key(Algorithm::EdDsa, &key) {
            Ok(Self::of(Algorithm::EdDsa, key))
        } else {
            Err(KeyError::Point)
        }
    }

    const fn of(algorithm: Algorithm, key: DecodingKey) -> Self {
        Self { id: None, algorithm, key }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

fn trimmed(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Returns the length of a number in bits, without its leading zeros.
pub(super) fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |first| first.leading_zeros() as usize);
    number.len() * 8 - unused
}

/// Rejects secrets that are too short, are another kind of key, or are guessable. One that must not
/// be checked only has to be no other kind of key.
pub(super) fn check_secret(algorithm: Algorithm, secret: Secret<'_>) -> Result<(), KeyError> {
    let is_unchecked = secret.is_unchecked();
    let secret = secret.as_bytes();
    if secret.trim_ascii_start().starts_with(b"-----BEGIN") {
        return Err(KeyError::PemAsSecret);
    }
    if is_unchecked {
        return Ok(());
    }
    if secret.len() < algorithm.hash_bytes() {
        return Err(KeyError::ShortSecret(algorithm.hash_bytes()));
    }
    if is_guessable(secret) { Err(KeyError::GuessableSecret) } else { Ok(()) }
}

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

pub(super) fn from_jwk(jwk: &Object<'_>) -> Result<Key, KeyError> {
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
    if is_for_signatures && is_for_verifying && !jwk.has("d") {
        Ok(())
    } else {
        Err(KeyError::Purpose)
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
    if jwk.text("crv") == Some(curve) && x.len() == y.len() {
        Ok([&[4][..], &x, &y].concat())
    } else {
        Err(KeyError::Point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rsa_keys_have_2048_bits_and_an_odd_exponent() {
        let is_taken = |bytes: usize, first: u8, exponent: &[u8]| {
            let modulus = [&[first][..], &vec![0xff; bytes - 1]].concat();
            Key::rsa(Algorithm::Rs256, &modulus, exponent).is_ok()
        };
        assert!(is_taken(256, 0x80, &[1, 0, 1]) && is_taken(512, 0xff, &[0, 3]));
        assert!(!is_taken(256, 0x7f, &[1, 0, 1]) && !is_taken(128, 0xff, &[1, 0, 1]));
        assert!(!is_taken(513, 1, &[1, 0, 1]));
        for exponent in [&[1][..], &[0], &[], &[2], &[1, 0, 0, 0, 1]] {
            assert!(!is_taken(256, 0xff, exponent), "{exponent:?}");
        }
    }

    #[test]
    fn a_point_is_on_its_curve() {
        assert_eq!(Key::point(Algorithm::Es256, &[4; 65]).unwrap_err(), KeyError::Point);
        assert_eq!(Key::point(Algorithm::Es256, &[4; 97]).unwrap_err(), KeyError::Point);
        assert_eq!(Key::point(Algorithm::Es256, &[]).unwrap_err(), KeyError::Point);
        assert_eq!(Key::edwards(&[0; 31]).unwrap_err(), KeyError::Point);
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        let key = Key::from_secret(Algorithm::Hs256, b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO").unwrap();
        let shown = format!("{:?}", key.with_id("1").unwrap());
        assert_eq!(shown, "Key { id: Some(\"1\"), algorithm: Hs256, .. }");
    }

    #[test]
    fn a_secret_is_as_long_as_the_hash() {
        let secret: Vec<u8> = (0..64).collect();
        let is_taken =
            |algorithm, length: usize| check_secret(algorithm, secret[..length].into()).is_ok();
        assert!(is_taken(Algorithm::Hs256, 32) && !is_taken(Algorithm::Hs256, 31));
        assert!(is_taken(Algorithm::Hs384, 48) && !is_taken(Algorithm::Hs384, 47));
        assert!(is_taken(Algorithm::Hs512, 64) && !is_taken(Algorithm::Hs512, 63));
        assert!(!is_taken(Algorithm::Hs256, 0));
    }

    #[test]
    fn unchecked_secret_is_neither_empty_nor_another_kind_of_key() {
        let check = |text| check_secret(Algorithm::Hs256, Secret::insecure_for_tests(text));
        assert_eq!(check("x"), Ok(()));
        assert_eq!(check(""), Err(KeyError::ShortSecret(32)));
        assert_eq!(check("-----BEGIN PUBLIC KEY-----"), Err(KeyError::PemAsSecret));
    }

    #[test]
    fn another_kind_of_key_is_no_secret() {
        let pem = b"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END";
        assert_eq!(check_secret(Algorithm::Hs256, pem.into()), Err(KeyError::PemAsSecret));
        assert_eq!(
            check_secret(Algorithm::Hs256, (&[7; 32]).into()),
            Err(KeyError::GuessableSecret)
        );
    }

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

    #[test]
    fn type_and_curve_imply_the_algorithm() {
        // The key of tests/wire/auth/keys/p384.pub.pem.
        let p384 = r#"{"kty":"EC","crv":"P-384","x":"a-Th9fmMvRHTzhJwd4uloSpu6GtWD88Vp0Fv-qHIRe_NkyTGaE66zeX0L4bMNTf-","y":"n3OF9nrGXcjF6bd2VCvXuigdJIm4-zVCoERfrTt2PPSpXtSb0M4V9nLBuXR3jtWu"}"#;
        assert_eq!(Key::from_jwk(p384).unwrap().algorithm(), Algorithm::Es384);
        // RFC 8037 §A.2
        let edwards =
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert_eq!(Key::from_jwk(edwards).unwrap().algorithm(), Algorithm::EdDsa);
    }

    #[test]
    fn curve_of_another_algorithm_is_rejected_whatever_the_length() {
        let other = |crv: &str, x: &str, y: &str| {
            let jwk = format!(r#"{{"kty":"EC","alg":"ES256","crv":"{crv}","x":"{x}","y":"{y}"}}"#);
            Key::from_jwk(&jwk).unwrap_err()
        };
        let (x, y) = (
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        );
        assert_eq!(other("P-256K", x, y), KeyError::Point);
        // The same 64 bytes, divided at another place.
        let all = [base64url::decode(x).unwrap(), base64url::decode(y).unwrap()].concat();
        let (short, long) = (base64url::encode(&all[..31]), base64url::encode(&all[31..]));
        assert_eq!(other("P-256", &short, &long), KeyError::Point);

        let montgomery = r#"{"kty":"OKP","alg":"EdDSA","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let rejected = KeyError::OtherAlgorithm(Algorithm::EdDsa);
        assert_eq!(Key::from_jwk(montgomery).unwrap_err(), rejected);
    }

    #[test]
    fn error_messages_name_the_requirement() {
        assert_eq!(
            KeyError::OtherAlgorithm(Algorithm::Rs256).to_string(),
            "RS256 takes another kind of key"
        );
        assert_eq!(KeyError::ShortSecret(32).to_string(), "the secret has fewer than 32 bytes");
        assert_eq!(KeyError::Point.to_string(), "the point is not on the curve of the algorithm");
    }
}
