//! A token that is split into its parts, and its header. Nothing in it is verified yet.

use super::strict::{Json, Object};
use super::{Algorithm, Refusal, base64url};

/// The maximum length of a token in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// The number of bytes that nearly every header fits into.
const USUAL_HEADER: usize = 128;

/// A token split into its parts; nothing in it is verified yet.
pub(super) struct Token<'a> {
    pub(super) header: Header,
    /// The header and claims as they were signed.
    pub(super) message: &'a [u8],
    pub(super) claims: &'a str,
    pub(super) signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Parses a token, which has exactly two dots.
    pub(super) fn read(token: &'a str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN {
            return Err(Refusal::TooLong);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Refusal::Form)?;
        let (header, claims) = message.split_once('.').ok_or(Refusal::Form)?;
        if claims.contains('.') {
            return Err(Refusal::Form);
        }
        let mut room = [0; USUAL_HEADER];
        let header = base64url::decode_into(header, &mut room).ok_or(Refusal::Form)?;
        let header = Header::parse(&header)?;
        let signature = base64url::decode(signature).ok_or(Refusal::Form)?;
        if signature.is_empty() {
            Err(Refusal::Form)
        } else {
            Ok(Self { header, message: message.as_bytes(), claims, signature })
        }
    }
}

/// The maximum length of a key id that is looked up.
const MAX_KEY_ID: usize = 256;

/// The header of a token, which is not verified yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<String>,
    pub(super) typ: Option<String>,
}

impl Header {
    pub(super) fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let object = Object::parse(text).ok_or(Refusal::Header)?;
        refuse_what_asks_for_more(&object)?;
        let algorithm = object.get("alg").ok_or(Refusal::Algorithm)?;
        let algorithm = algorithm.as_text().and_then(Algorithm::named).ok_or(Refusal::Algorithm)?;
        Ok(Self { algorithm, key_id: key_id(&object)?, typ: typ(&object)? })
    }
}

/// Rejects headers with critical extensions, embedded keys, or anything but a plain signature.
fn refuse_what_asks_for_more(object: &Object<'_>) -> Result<(), Refusal> {
    let has = |names: &[&str]| names.iter().any(|name| object.has(name));
    if has(&["crit", "b64"]) {
        return Err(Refusal::Critical);
    }
    if has(&["jwk", "jku", "x5u", "x5c"]) {
        return Err(Refusal::ForeignKey);
    }
    if has(&["cty", "enc", "zip"]) {
        return Err(Refusal::Nested);
    }
    Ok(())
}

/// Returns the key id, which is compared with names and used for nothing else.
fn key_id(object: &Object<'_>) -> Result<Option<String>, Refusal> {
    let Some(id) = object.get("kid") else {
        return Ok(None);
    };
    let is_id = |id: &&str| is_key_id(id);
    id.as_text().filter(is_id).map(|id| Some(id.to_owned())).ok_or(Refusal::KeyId)
}

/// Returns whether the id is visible ASCII of at most 256 bytes.
pub(super) fn is_key_id(id: &str) -> bool {
    (1..=MAX_KEY_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

fn typ(object: &Object<'_>) -> Result<Option<String>, Refusal> {
    match object.get("typ") {
        None => Ok(None),
        Some(Json::Text(typ)) => Ok(Some(typ.to_string())),
        Some(_) => Err(Refusal::Header),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Refusal {
        Header::parse(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_plain_header_is_read() {
        let header = Header::parse(br#"{"typ":"at+jwt","kid":"a/../b","alg":"ES256","x5t":"y"}"#);
        let expected = Header {
            algorithm: Algorithm::Es256,
            key_id: Some("a/../b".into()),
            typ: Some("at+jwt".into()),
        };
        assert_eq!(header, Ok(expected));
    }

    #[test]
    fn what_asks_for_more_is_refused() {
        assert_eq!(refusal("{}"), Refusal::Algorithm);
        assert_eq!(refusal(r#"{"alg":"none"}"#), Refusal::Algorithm);
        assert_eq!(refusal(r#"{"alg":["HS256"]}"#), Refusal::Algorithm);
        assert_eq!(refusal(r#"{"alg":"HS256","crit":[]}"#), Refusal::Critical);
        assert_eq!(refusal(r#"{"alg":"HS256","jku":"https://a"}"#), Refusal::ForeignKey);
        assert_eq!(refusal(r#"{"alg":"HS256","cty":"JWT"}"#), Refusal::Nested);
        assert_eq!(refusal(r#"{"alg":"HS256","typ":1}"#), Refusal::Header);
        for id in [
            "\"\"",
            "1",
            "null",
            "\"a b\"",
            "\"a\\u0000\"",
            "\"ä\"",
            &format!("{:?}", "a".repeat(257)),
        ] {
            assert_eq!(
                refusal(&format!("{{\"alg\":\"HS256\",\"kid\":{id}}}")),
                Refusal::KeyId,
                "{id}"
            );
        }
    }

    #[test]
    fn token_of_the_maximum_length_is_parsed() {
        let start = "eyJhbGciOiJIUzI1NiJ9.e30.";
        let of_length = |length: usize| format!("{start}{}", "A".repeat(length - start.len()));
        let refusal = |length| Token::read(&of_length(length)).err();
        assert_eq!(refusal(MAX_TOKEN), None);
        assert_eq!(refusal(MAX_TOKEN + 1), Some(Refusal::TooLong));
    }
}
