use super::{Answer, ApiKeyRecord, SecretDigest};

/// A store that looks API keys up by their digests; the secrets themselves are stored nowhere.
///
/// ```
/// use std::collections::HashMap;
///
/// use definable_errors::auth::{Answer, ApiKeyRecord, ApiKeyStore, Principal, SecretDigest};
/// use definable_errors::context::Subject;
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
///     fn find<'a>(&'a self, digest: &'a SecretDigest) -> Answer<'a, Option<ApiKeyRecord<Client>>> {
///         Answer::ready(Ok(self.0.get(digest).cloned()))
///     }
/// }
/// ```
pub trait ApiKeyStore<P>: Send + Sync + 'static {
    /// Returns the key with this digest, whether or not it may be used. If the store fails, the
    /// client receives a 5xx.
    fn find<'a>(&'a self, digest: &'a SecretDigest) -> Answer<'a, Option<ApiKeyRecord<P>>>;
}
