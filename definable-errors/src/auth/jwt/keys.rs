use crate::error::ApiFuture;
use std::sync::Arc;

use super::KeySet;

/// Where keys come from that change while the service runs.
///
/// `auth::jwks::Jwks` (feature `jwks`) is one; a service whose keys lie in a vault writes its own.
pub trait Keys: Send + Sync + 'static {
    /// The keys as they are known now; none before they were first there. Every request asks.
    fn current(&self) -> Option<Arc<KeySet>>;

    /// Other keys than those that were not enough; none when there are none, or nobody looked: the
    /// source decides how often a stranger's token may make it look.
    ///
    /// Where no keys were ever known it fails, with
    /// [`ApiError::keys_unavailable`](crate::ApiError::keys_unavailable) or the like. So it does when
    /// it may not look for a key that a token names: nobody knows whether the token is good.
    fn refresh<'a>(
        &'a self,
        than: Option<Arc<KeySet>>,
        wanted: KeyLookup<'a>,
    ) -> ApiFuture<'a, Option<Arc<KeySet>>>;
}

/// Why the known keys were not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyLookup<'a> {
    /// There are none yet.
    Any,
    /// None goes by this name.
    Key(&'a str),
    /// A key goes by the name, and the signature is not its own.
    Signature,
}
