//! API keys: the extractor, the keys of a service, and the store in which they are looked up.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{FromRef, FromRequestParts};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderName;
use http::request::Parts;

use super::secret_digest::random_bytes;
use super::source::{INVALID, MISSING, Single, hide, single};
use super::{Principal, SecretDigest};
use crate::context::{Clock, DefaultClock, RequestContext};
use crate::error::{ApiError, ApiFuture, Challenge};
use crate::guard::{RouteGuard, Security, SecurityScheme};
use crate::problem::{
    INSUFFICIENT_PERMISSIONS, INVALID_API_KEY, Problem, ProblemType, ProblemTypes, Types,
};

/// An extractor for programs whose API key the service knows. The key is looked up once per
/// request.
///
/// The state's [`ApiKeys`] define which header contains the key and where it is looked up.
///
/// ```
/// use definable_errors::ApiError;
/// use definable_errors::auth::ApiKey;
/// # use definable_errors::auth::Principal;
/// # use definable_errors::context::Subject;
/// # struct Client;
/// # impl Principal for Client {
/// #     fn subject(&self) -> Subject {
/// #         Subject::api_key("ingest")
/// #     }
/// # }
///
/// async fn ingest(key: ApiKey<Client>) -> Result<(), ApiError> {
///     key.require("kb:write")
/// }
/// # let _ = ingest;
/// ```
pub struct ApiKey<P> {
    principal: Arc<P>,
    scopes: Arc<[String]>,
}

impl<P> ApiKey<P> {
    /// Returns the principal that the key belongs to.
    pub const fn principal(&self) -> &Arc<P> {
        &self.principal
    }

    /// Returns the scopes of the key.
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Returns whether the key has this scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }

    /// Rejects a key that does not have this scope.
    ///
    /// # Errors
    ///
    /// Returns 403 `insufficient_permissions`. There is no new challenge: another login would not
    /// help.
    pub fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.has_scope(scope) {
            return Ok(());
        }
        Err(ApiError::unlocated(Problem::new(&INSUFFICIENT_PERMISSIONS))
            .with_detail(format!("Access denied. Required: {scope}"))
            .with_member("required", scope))
    }
}

/// Stored in the request by the first extractor.
struct Known<P> {
    by: ApiKeys<P>,
    key: ApiKey<P>,
}

impl<P: Principal, S: Sync> FromRequestParts<S> for ApiKey<P>
where
    ApiKeys<P>: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let keys = ApiKeys::from_ref(state);
        if let Some(known) = parts.extensions.get::<Known<P>>().filter(|it| it.by.is_same(&keys)) {
            return Ok(known.key.clone());
        }
        let record = keys.known(parts).await?;
        let key = Self { principal: Arc::new(record.principal), scopes: record.scopes.into() };
        RequestContext::of(parts).set_subject(key.principal.subject());
        parts.extensions.insert(Known { by: keys, key: key.clone() });
        Ok(key)
    }
}

impl<P> RouteGuard for ApiKey<P> {
    fn policy() -> String {
        "API key".to_owned()
    }

    /// The header is the default one of [`ApiKeys`]: a setting of the state is not known here.
    fn security() -> Security {
        Security::new(SecurityScheme::header(ApiKeys::<P>::DEFAULT_HEADER))
    }
}

impl<P> ProblemTypes for ApiKey<P> {
    const TYPES: Types = Types { own: &[INVALID, MISSING, &INVALID_API_KEY], others: &[] };
}

impl<P> Deref for ApiKey<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.principal
    }
}

/// `Clone` is implemented by hand, because `P` need not be `Clone`.
impl<P> Clone for ApiKey<P> {
    fn clone(&self) -> Self {
        Self { principal: self.principal.clone(), scopes: self.scopes.clone() }
    }
}

impl<P> Clone for Known<P> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), key: self.key.clone() }
    }
}

impl<P: fmt::Debug> fmt::Debug for ApiKey<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("principal", &self.principal)
            .field("scopes", &self.scopes)
            .finish()
    }
}

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

/// An API key as it is stored.
#[derive(Clone)]
#[must_use]
pub struct ApiKeyRecord<P> {
    pub(super) digest: SecretDigest,
    pub(super) principal: P,
    scopes: Vec<String>,
    pub(super) expires_at: Option<SystemTime>,
    pub(super) state: ApiKeyState,
}

/// The state of an API key, which decides whether it may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiKeyState {
    /// The key may be used until it expires.
    Active,
    /// The key is deactivated.
    Inactive,
}

impl<P> ApiKeyRecord<P> {
    /// Creates an active key that does not expire and has no scopes.
    pub const fn new(digest: SecretDigest, principal: P) -> Self {
        let state = ApiKeyState::Active;
        Self { digest, principal, scopes: Vec::new(), expires_at: None, state }
    }

    /// Adds scopes, such as `kb:write`.
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets when the key expires.
    pub fn with_expiry(mut self, expires_at: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = expires_at.into();
        self
    }

    /// Sets whether the key may be used.
    pub fn with_state(mut self, state: ApiKeyState) -> Self {
        self.state = state;
        self
    }

    /// Returns why the key is rejected now, or `None` if it is valid.
    pub(super) fn refusal(&self, digest: &SecretDigest, now: SystemTime) -> Option<&'static str> {
        if self.digest != *digest {
            return Some("the store answered with another key");
        }
        if self.state != ApiKeyState::Active {
            return Some("the API key is inactive");
        }
        let is_over = self.expires_at.is_some_and(|end| end <= now);
        is_over.then_some("the API key has expired")
    }
}

impl<P: fmt::Debug> fmt::Debug for ApiKeyRecord<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeyRecord")
            .field("principal", &self.principal)
            .field("scopes", &self.scopes)
            .field("expires_at", &self.expires_at)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// A newly generated API key, shown to its owner once and stored as a digest.
///
/// ```
/// use definable_errors::auth::NewApiKey;
///
/// let key = NewApiKey::generate("kb_live_")?;
/// assert!(key.as_str().starts_with("kb_live_") && key.as_str().len() == 51);
/// # Ok::<(), definable_errors::ApiError>(())
/// ```
#[must_use = "the key itself is stored nowhere else"]
pub struct NewApiKey(String);

impl NewApiKey {
    /// Generates a key of 256 random bits with a prefix, by which people and secret scanners
    /// recognize it.
    ///
    /// # Errors
    ///
    /// Returns a 500 if the system cannot provide random bytes.
    pub fn generate(prefix: &str) -> Result<Self, ApiError> {
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))))
    }

    /// Returns the key, for the one response that contains it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the digest to store.
    pub fn digest(&self) -> SecretDigest {
        SecretDigest::sha256(&self.0)
    }
}

impl fmt::Debug for NewApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewApiKey(…)")
    }
}
