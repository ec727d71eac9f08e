use super::{ApiKeyRecord, SecretDigest};
use crate::error::ApiFuture;

/// A store that looks API keys up by their digests; the secrets themselves are stored nowhere.
///
/// ```
/// use std::collections::HashMap;
///
/// use definable_errors::auth::{ApiKeyRecord, ApiKeyStore, Principal, SecretDigest};
/// use definable_errors::context::Subject;
/// use definable_errors::error::ApiFuture;
///
/// #[derive(Clone)]
/// struct Client(String);
///
/// impl Principal for Client {
///     fn subject(&self) -> Subject {
///         Subject::api_key(&self.0)
///     }
/// }
///
/// struct Table(HashMap<SecretDigest, ApiKeyRecord<Client>>);
///
/// impl ApiKeyStore<Client> for Table {
///     fn find<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, Option<ApiKeyRecord<Client>>> {
///         ApiFuture::ready(Ok(self.0.get(digest).cloned()))
///     }
/// }
/// ```
pub trait ApiKeyStore<P>: Send + Sync + 'static {
    /// Returns the key with this digest, whether or not it may be used. If the store fails, the
    /// client receives a 5xx.
    fn find<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, Option<ApiKeyRecord<P>>>;
}
