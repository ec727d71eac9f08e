use std::fmt;

use super::algorithm::Family;
use super::strict::{Json, Object};
use super::{Algorithm, Key, jwk};

/// Keys to choose from by the id that a token names.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<Key>);

impl KeySet {
    /// The most keys that a JSON set may have.
    pub const MAX_KEYS: usize = 64;

    /// So many keys are tried for a token that names none.
    const MAX_TRIES: usize = 4;

    /// These keys.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// A JSON Web Key Set of somebody else (RFC 7517 §5).
    ///
    /// Keys that cannot be used are left out, as the standard asks: unknown types, encryption keys,
    /// weak ones. So are secrets, which no published set may have, and keys that share their id and
    /// type with a different one.
    ///
    /// # Errors
    ///
    /// When it is no set, has more than [`MAX_KEYS`](Self::MAX_KEYS), or no key that can be used.
    pub fn json(json: &[u8]) -> Result<Self, InvalidKeySet> {
        let set = Object::parse(json).ok_or(InvalidKeySet)?;
        let listed = set.get("keys").and_then(Json::as_list).ok_or(InvalidKeySet)?;
        if listed.len() > Self::MAX_KEYS {
            return Err(InvalidKeySet);
        }
        let objects: Vec<_> = listed.iter().filter_map(object).collect();
        let is_alone = |one: &&&Object<'_>| !objects.iter().any(|other| is_rival(one, other));
        let keys = objects.iter().filter(is_alone).filter_map(|one| jwk::key(one).ok());
        let set = Self(keys.filter(|key| key.algorithm().family() != Family::Hmac).collect());
        match set.0.is_empty() {
            true => Err(InvalidKeySet),
            false => Ok(set),
        }
    }

    /// The keys.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// The keys that may have signed a token which says this of itself.
    pub(super) fn candidates(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &Key> {
        let named = self.0.iter().filter(move |key| key.is_named(id));
        named.filter(move |key| key.algorithm() == algorithm).take(Self::MAX_TRIES)
    }

    /// Whether some key goes by this name, whatever its algorithm.
    pub(super) fn knows(&self, id: Option<&str>) -> bool {
        self.0.iter().any(|key| key.is_named(id))
    }
}

fn object<'a, 'b>(key: &'b Json<'a>) -> Option<&'b Object<'a>> {
    match key {
        Json::Object(object) => Some(object),
        _ => None,
    }
}

/// J9: an id is unique within its type. The same key twice is no riddle, two keys are.
fn is_rival(one: &Object<'_>, other: &Object<'_>) -> bool {
    let name = |key: &Object<'_>| Some((key.text("kid")?.to_owned(), key.text("kty")?.to_owned()));
    one != other && name(one).is_some() && name(one) == name(other)
}

/// The text is no set of keys that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidKeySet;

impl fmt::Display for InvalidKeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key set is {\"keys\": […]} with 1 to 64 keys that can be used")
    }
}

impl std::error::Error for InvalidKeySet {}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn ed(id: &str, more: &str) -> String {
        format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{id}","x":"{X}"{more}}}"#)
    }

    fn ids(keys: &[String]) -> Option<Vec<String>> {
        let set = KeySet::json(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes()).ok()?;
        Some(set.keys().iter().map(|key| key.id().unwrap_or_default().to_owned()).collect())
    }

    // J9
    #[test]
    fn keys_that_cannot_be_used_are_left_out() {
        let secret = r#"{"kty":"oct","alg":"HS256","kid":"s","k":"a0o4czBacTNWbjV4VDFyVzd5QmQyTWZIZ0xwQ3VFYU8"}"#;
        let keys =
            [ed("a", ""), secret.into(), ed("b", r#","use":"enc""#), "1".into(), "{}".into()];
        assert_eq!(ids(&keys).unwrap(), ["a"]);
        assert_eq!(ids(&keys[1..]), None);
    }

    // J9
    #[test]
    fn one_name_is_one_key() {
        let rivals = [ed("a", ""), ed("a", r#","alg":"EdDSA""#), ed("b", ""), ed("b", "")];
        assert_eq!(ids(&rivals).unwrap(), ["b", "b"]);
    }

    #[test]
    fn a_set_is_bounded() {
        let keys: Vec<_> = (0..65).map(|id| ed(&id.to_string(), "")).collect();
        assert!(ids(&keys).is_none() && ids(&keys[..64]).is_some());
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "<html>"] {
            assert!(KeySet::json(text.as_bytes()).is_err(), "{text}");
        }
    }
}
