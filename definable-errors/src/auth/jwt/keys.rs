use std::sync::Arc;

use super::KeySet;
use crate::error::ApiFuture;

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
