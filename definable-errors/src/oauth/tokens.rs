//! The tokens that a provider issued.

use std::fmt;
use std::time::Duration;

use oauth2::basic::BasicTokenType;
use oauth2::{ExtraTokenFields, StandardTokenResponse, TokenResponse as _};
use serde::{Deserialize, Serialize};

/// The tokens of a login or a refresh. The `Debug` output does not contain them.
#[derive(Clone)]
pub struct Tokens {
    access: String,
    refresh: Option<String>,
    id: Option<String>,
    expires_in: Option<Duration>,
    scopes: Option<Vec<String>>,
}

/// The response of a token endpoint (RFC 6749 §5.1).
pub(super) type TokenResponse = StandardTokenResponse<IdToken, BasicTokenType>;

/// The member that OpenID Connect adds to it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct IdToken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

impl Tokens {
    /// Converts a response, or returns `None` if the access token is not a bearer token, which is
    /// used in another way.
    pub(super) fn from_response(response: &TokenResponse) -> Option<Self> {
        if *response.token_type() != BasicTokenType::Bearer {
            return None;
        }
        Some(Self {
            access: response.access_token().secret().clone(),
            refresh: response.refresh_token().map(|token| token.secret().clone()),
            id: response.extra_fields().id_token.clone(),
            expires_in: response.expires_in(),
            scopes: response.scopes().map(|all| all.iter().map(|one| one.to_string()).collect()),
        })
    }

    /// Keeps a refresh token that the response did not replace (RFC 6749 §6).
    pub(super) fn or_refresh_token(mut self, token: &str) -> Self {
        self.refresh.get_or_insert_with(|| token.to_owned());
        self
    }

    /// Returns the access token, for calls to the provider's services in the user's name.
    pub fn access_token(&self) -> &str {
        &self.access
    }

    /// Returns the refresh token. Store it on the server, like a password.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh.as_deref()
    }

    /// Returns the ID token of OpenID Connect, which is not verified. It states who logged in; it
    /// is not a credential, and must not be accepted as one.
    pub fn id_token(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns how long the access token is valid after it was issued, if the provider says.
    pub const fn expires_in(&self) -> Option<Duration> {
        self.expires_in
    }

    /// Returns the scopes of the access token; `None` means the ones that were requested.
    pub fn scopes(&self) -> Option<&[String]> {
        self.scopes.as_deref()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_in", &self.expires_in)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
