//! Sets of keys, which issuers publish (RFC 7517), and the sources that they come from.

use std::fmt;
use std::sync::Arc;

use super::algorithm::Family;
use super::strict::{self, Object};
use super::{Algorithm, Key, key};
use crate::error::ApiFuture;

/// A set of keys, chosen by the id that a token names.
#[derive(Debug, Clone, Default)]
pub struct KeySet(Vec<Key>);

impl KeySet {
    /// The maximum number of keys in a JSON set.
    pub const MAX_KEYS: usize = 64;

    /// The maximum number of keys that are tried for a token that names none.
    const MAX_TRIES: usize = 4;

    /// Creates a set of these keys.
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// Parses a JSON Web Key Set published by another party (RFC 7517 §5).
    ///
    /// Keys that cannot be used are left out, as RFC 7517 §5 recommends: unknown types and
    /// algorithms, encryption keys, weak keys, and malformed ones. So are secrets, which no
    /// published set may contain. Several usable keys may share an id if their algorithms differ
    /// (RFC 7517 §4.5); different keys with the same id and algorithm are left out, since they are
    /// ambiguous.
    ///
    /// # Errors
    ///
    /// Returns an error if this is not a set, has more than [`MAX_KEYS`](Self::MAX_KEYS) keys, or
    /// contains no usable key.
    pub fn from_json(json: &[u8]) -> Result<Self, KeySetError> {
        let listed = strict::items(json, "keys").ok_or(KeySetError)?;
        if listed.len() > Self::MAX_KEYS {
            return Err(KeySetError);
        }
        let objects = listed.iter().filter_map(|key| Object::parse(key.get().as_bytes()));
        let objects: Vec<_> = objects.map(Object::without_nulls).collect();
        let usable: Vec<_> = objects.iter().filter_map(Published::read).collect();
        let is_alone = |one: &&Published<'_>| !usable.iter().any(|other| one.is_rival_of(other));
        let keys: Vec<_> = usable.iter().filter(is_alone).map(|one| one.key.clone()).collect();
        if keys.is_empty() { Err(KeySetError) } else { Ok(Self(keys)) }
    }

    /// Returns the keys.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// Returns the keys that may have signed a token with this `kid` and `alg`: first those with
    /// that id, then those without an id.
    pub(super) fn candidates(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &Key> {
        let with_id = |has_id| self.0.iter().filter(move |key| key.id().is_some() == has_id);
        let named = with_id(true).filter(move |key| key.is_named(id)).chain(with_id(false));
        named.filter(move |key| key.algorithm() == algorithm).take(Self::MAX_TRIES)
    }

    /// Returns whether some key has this id, whatever its algorithm.
    pub(super) fn knows(&self, id: Option<&str>) -> bool {
        self.0.iter().any(|key| key.is_named(id))
    }
}

/// A usable key of a published set, and the numbers that it consists of.
struct Published<'a> {
    key: Key,
    numbers: [Option<&'a str>; 4],
}

impl<'a> Published<'a> {
    fn read(jwk: &'a Object<'_>) -> Option<Self> {
        let key = key::from_jwk(jwk).ok()?;
        let is_secret = key.algorithm().family() == Family::Hmac;
        (!is_secret).then(|| Self { key, numbers: key::public_numbers(jwk) })
    }

    /// Returns whether both have the same name but are different keys. A key that is listed twice
    /// is not ambiguous.
    fn is_rival_of(&self, other: &Self) -> bool {
        self.key.id().is_some()
            && self.key.id() == other.key.id()
            && self.key.algorithm() == other.key.algorithm()
            && self.numbers != other.numbers
    }
}

/// The error for a text that is not a set of usable keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeySetError;

impl fmt::Display for KeySetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key set is {\"keys\": […]} with 1 to 64 keys that can be used")
    }
}

impl std::error::Error for KeySetError {}

/// A source of keys that change while the service runs.
///
/// `auth::jwks::Jwks` (feature `jwks`) is one; implement it for keys in a vault, for instance.
pub trait Keys: Send + Sync + 'static {
    /// Returns the keys that are currently known, or `None` before any were loaded. It is called
    /// for every request.
    fn current(&self) -> Option<Arc<KeySet>>;

    /// Returns keys that are newer than `known`, which were not sufficient. Returns `None` if there
    /// are none, or if the source did not look: the source decides how often tokens of unknown
    /// origin may cause it to look.
    ///
    /// If no keys were ever known, it returns an error such as
    /// [`ApiError::keys_unavailable`](crate::ApiError::keys_unavailable). It also does so if it
    /// must not look for the key that a token names, because it is unknown whether the token is
    /// valid.
    fn refresh<'a>(
        &'a self,
        known: Option<Arc<KeySet>>,
        lookup: KeyLookup<'a>,
    ) -> ApiFuture<'a, Option<Arc<KeySet>>>;
}

/// A lookup of a key: the reason why the known keys were not sufficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyLookup<'a> {
    /// There are no keys yet.
    Any,
    /// No key has this id.
    Key(&'a str),
    /// A key has the id, but the signature is not valid for it.
    Signature,
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    fn ed(id: &str, more: &str) -> String {
        format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{id}","x":"{X}"{more}}}"#)
    }

    fn ids(keys: &[String]) -> Option<Vec<String>> {
        let set =
            KeySet::from_json(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes()).ok()?;
        Some(set.keys().iter().map(|key| key.id().unwrap_or_default().to_owned()).collect())
    }

    #[test]
    fn keys_that_cannot_be_used_are_left_out() {
        let secret = r#"{"kty":"oct","alg":"HS256","kid":"s","k":"a0o4czBacTNWbjV4VDFyVzd5QmQyTWZIZ0xwQ3VFYU8"}"#;
        let keys =
            [ed("a", ""), secret.into(), ed("b", r#","use":"enc""#), "1".into(), "{}".into()];
        assert_eq!(ids(&keys).unwrap(), ["a"]);
        assert_eq!(ids(&keys[1..]), None);
    }

    /// The key of RFC 8037 §A.2, and a point of RFC 8032 §7.1.
    const OTHER_X: &str = "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw";

    #[test]
    fn different_keys_of_one_name_and_algorithm_are_left_out() {
        let other = |id: &str| ed(id, "").replace(X, OTHER_X);
        assert_eq!(ids(&[ed("a", ""), other("a"), ed("b", "")]).unwrap(), ["b"]);
        // An unusable key makes no other key ambiguous, and neither does a duplicate.
        let unusable = other("a").replace("\"crv\"", "\"use\":\"enc\",\"crv\"");
        assert_eq!(ids(&[unusable, ed("a", "")]).unwrap(), ["a"]);
        assert_eq!(ids(&[ed("a", ""), ed("a", r#","alg":"EdDSA""#)]).unwrap(), ["a", "a"]);
        // Without an id, the keys are not ambiguous: both are tried.
        let unnamed = [ed("a", ""), other("a")].map(|key| key.replace("\"a\"", "null"));
        assert_eq!(ids(&unnamed).unwrap(), ["", ""]);
    }

    #[test]
    fn a_key_that_a_token_names_is_tried_before_those_without_a_name() {
        let unnamed = (0..9).map(|_| ed("", "").replace("\"kid\":\"\",", ""));
        let keys: Vec<_> = unnamed.chain([ed("a", "")]).collect();
        let text = format!("{{\"keys\":[{}]}}", keys.join(","));
        let set = KeySet::from_json(text.as_bytes()).unwrap();
        let tried = |id| {
            let keys = set.candidates(id, Algorithm::EdDsa);
            keys.map(|key| key.id().unwrap_or("")).collect::<Vec<_>>()
        };
        assert_eq!(tried(Some("a")), ["a", "", "", ""]);
        assert_eq!(tried(Some("b")), [""; 4]);
        assert_eq!(tried(None), ["a", "", "", ""]);
    }

    #[test]
    fn a_set_is_bounded() {
        let keys: Vec<_> = (0..65).map(|id| ed(&id.to_string(), "")).collect();
        assert!(ids(&keys).is_none() && ids(&keys[..64]).is_some());
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}", "<html>"] {
            assert!(KeySet::from_json(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn error_message_defines_a_key_set() {
        assert_eq!(
            KeySetError.to_string(),
            "a key set is {\"keys\": […]} with 1 to 64 keys that can be used"
        );
    }
}
