use std::fmt;
use std::time::SystemTime;

use super::SecretDigest;

/// An API key as it is stored.
#[derive(Clone)]
#[must_use]
pub struct ApiKeyRecord<P> {
    pub(super) digest: SecretDigest,
    pub(super) principal: P,
    pub(super) scopes: Vec<String>,
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
