//! The API keys of a service, and the store in which they are looked up.

use std::fmt;
use std::sync::Arc;

use http::HeaderName;
use http::request::Parts;

use super::credentials::{INVALID, MISSING};
use super::secret_header::{Single, hide, single};
use super::{ApiKeyRecord, SecretDigest};
use crate::context::{Clock, DefaultClock};
use crate::error::{ApiError, ApiFuture, Challenge};
use crate::problem::{INVALID_API_KEY, Problem, ProblemType};

/// The maximum length of a key in bytes. Longer values are not looked up.
const MAX_KEY: usize = 256;

/// The API keys of a service: the store in which they are looked up, and the header that contains
/// them.
///
/// It goes into the state; [`ApiKey`](super::ApiKey) is the extractor.
#[must_use]
pub struct ApiKeys<P>(Arc<Inner<P>>);

struct Inner<P> {
    store: Arc<dyn ApiKeyStore<P>>,
    header: HeaderName,
    clock: Arc<dyn Clock>,
}

impl<P> ApiKeys<P> {
    /// The name of the header from which keys are read by default.
    pub const DEFAULT_HEADER: &'static str = "x-api-key";
}

impl<P: 'static> ApiKeys<P> {
    /// Creates API keys that are looked up in `store` and sent in the header `x-api-key`.
    pub fn new(store: impl ApiKeyStore<P>) -> Self {
        Self(Arc::new(Inner {
            store: Arc::new(store),
            header: HeaderName::from_static(Self::DEFAULT_HEADER),
            clock: Arc::new(DefaultClock),
        }))
    }

    /// Sets the header that contains the key; default `x-api-key`.
    pub fn header(self, header: HeaderName) -> Self {
        let Inner { store, clock, .. } = &*self.0;
        Self(Arc::new(Inner { store: store.clone(), header, clock: clock.clone() }))
    }

    /// Sets the clock, for tests.
    pub fn clock(self, clock: impl Clock) -> Self {
        let Inner { store, header, .. } = &*self.0;
        let clock = Arc::new(clock);
        Self(Arc::new(Inner { store: store.clone(), header: header.clone(), clock }))
    }

    /// Returns the key in a request if it may be used.
    pub(super) async fn known(&self, parts: &mut Parts) -> Result<ApiKeyRecord<P>, ApiError> {
        hide(&mut parts.headers, self.0.header.clone());
        let key = match single(&parts.headers, &self.0.header) {
            Single::None => return Err(refused(MISSING, "no API key")),
            Single::Several => return Err(refused(INVALID, "two API keys")),
            Single::One(key) => key.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len())),
        };
        let Some(digest) = key.map(SecretDigest::sha256) else {
            return Err(refused(&INVALID_API_KEY, "the API key is malformed"));
        };
        let Some(record) = self.0.store.find(&digest).await? else {
            return Err(refused(&INVALID_API_KEY, "the API key is unknown"));
        };
        match record.refusal(&digest, self.0.clock.now()) {
            Some(note) => Err(refused(&INVALID_API_KEY, note)),
            None => Ok(record),
        }
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Creates a rejection. Every rejection has a challenge for an API key, whatever its problem type.
fn refused(problem_type: &'static ProblemType, note: &'static str) -> ApiError {
    ApiError::unlocated(Problem::new(problem_type))
        .with_challenge(Challenge::API_KEY)
        .with_note(note)
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for ApiKeys<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P> fmt::Debug for ApiKeys<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("header", &self.0.header).finish_non_exhaustive()
    }
}

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
