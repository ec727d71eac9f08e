//! A client of an OAuth provider, and its settings.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_extra::extract::cookie::Key;
use oauth2::{AuthType, AuthUrl, Client, ClientId, ClientSecret, RedirectUrl, Scope, TokenUrl};
use reqwest::Url;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha512};

use super::http::HttpClient;
use super::pending_login::Cookies;
use super::provider::{Issuer, Provider};
use super::shared_calls::SharedCalls;
use super::{ServerMetadata, Tokens};
use crate::auth::{Secret, SecretDigest};
use crate::context::{Clock, DefaultClock};
use crate::error::ApiError;
use crate::support::{RootCertificates, TlsError, is_authentic, redact_url};

/// A client of an OAuth provider, in whose name a service logs in users; the
/// [module](crate::oauth) has an example.
///
/// It is cheap to clone; all clones share their calls.
#[derive(Clone)]
pub struct OAuthClient(Arc<Inner>);

struct Inner {
    provider: Provider,
    cookies: Cookies,
    clock: Arc<dyn Clock>,
    refreshes: Arc<SharedCalls<Tokens>>,
}

/// How long the result of a refresh is returned to callers that come late with the old token. A
/// provider would take them for thieves, and revoke all tokens of the login (RFC 9700 §4.14.2).
const LATE: Duration = Duration::from_secs(10);

impl OAuthClient {
    /// Returns a builder for the client with this id.
    pub fn builder(client_id: impl Into<String>) -> OAuthClientBuilder {
        OAuthClientBuilder::new(client_id.into())
    }

    pub(super) fn now(&self) -> SystemTime {
        self.0.clock.now()
    }

    pub(super) fn provider(&self) -> &Provider {
        &self.0.provider
    }

    pub(super) fn cookies(&self) -> &Cookies {
        &self.0.cookies
    }

    /// Exchanges a refresh token for new tokens (RFC 6749 §6). A provider that does not replace the
    /// refresh token leaves it as it is, and it is returned again.
    ///
    /// Concurrent calls with the same refresh token share one request, and those that come up to
    /// ten seconds later get the same tokens: many providers accept a refresh token once, and revoke
    /// the login if it is used again. That is so within one process; a service of several has to let
    /// one of them refresh, for instance by a lock on the session's row.
    ///
    /// ```no_run
    /// # use definable_errors::ApiError;
    /// # use definable_errors::oauth::OAuthClient;
    /// # async fn access_token(client: &OAuthClient, stored: &str) -> Result<String, ApiError> {
    /// let tokens = client.refresh(stored).await?;
    /// // Store `tokens.refresh_token()` in place of the old one.
    /// Ok(tokens.access_token().to_owned())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns 400 `oauth_login_expired` if the provider no longer accepts the token, so that the
    /// user has to log in again, and a 502, 503 or 504 in the cases of the
    /// [table](crate::oauth#what-fails).
    pub async fn refresh(&self, refresh_token: &str) -> Result<Tokens, ApiError> {
        let (client, token) = (self.clone(), refresh_token.to_owned());
        let call = || async move {
            let outcome = client.provider().refresh(&token).await;
            let until = outcome.is_ok().then(|| client.now() + LATE);
            (outcome, until)
        };
        self.0.refreshes.get(SecretDigest::sha256(refresh_token), self.now(), call).await
    }

    /// Fetches what the provider knows about the user who logged in (OpenID Connect Core §5.3): at
    /// least `sub`, the user's id, which unlike an address never changes.
    ///
    /// # Errors
    ///
    /// Returns 502 `upstream_failed` if the response is not JSON of this type, and a 502, 503 or 504
    /// if the call fails.
    ///
    /// # Panics
    ///
    /// Panics if the client was built without a
    /// [`user_info_endpoint`](OAuthClientBuilder::user_info_endpoint).
    pub async fn user_info<T: DeserializeOwned>(&self, tokens: &Tokens) -> Result<T, ApiError> {
        self.0.provider.user_info(tokens).await
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("client_id", &self.0.provider.client.client_id().as_str())
            .field("issuer", &self.0.provider.issuer)
            .finish_non_exhaustive()
    }
}

/// The builder of an [`OAuthClient`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct OAuthClientBuilder {
    client_id: String,
    client_secret: Option<String>,
    authentication: ClientAuthentication,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    user_info_endpoint: Option<String>,
    issuer: Option<Issuer>,
    redirect_uri: Option<String>,
    scopes: Vec<String>,
    params: Vec<(String, String)>,
    cookie_key: Option<Result<Key, OAuthClientError>>,
    login_lifetime: Duration,
    timeout: Duration,
    roots: RootCertificates,
    clock: Arc<dyn Clock>,
}

/// How a client with a secret authenticates at the token endpoint (RFC 6749 §2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// In the header `Authorization: Basic`, which every provider supports.
    #[default]
    Basic,
    /// By `client_id` and `client_secret` in the body.
    RequestBody,
}

/// The maximum number of refreshes that run at the same time, and of those whose result is kept.
const MAX_REFRESHES: usize = 1024;

impl OAuthClientBuilder {
    /// The maximum of [`timeout`](Self::timeout), and its default.
    pub const MAX_TIMEOUT: Duration = Duration::from_secs(10);

    pub(super) fn new(client_id: String) -> Self {
        Self {
            client_id,
            client_secret: None,
            authentication: ClientAuthentication::default(),
            authorization_endpoint: None,
            token_endpoint: None,
            user_info_endpoint: None,
            issuer: None,
            redirect_uri: None,
            scopes: Vec::new(),
            params: Vec::new(),
            cookie_key: None,
            login_lifetime: Duration::from_secs(600),
            timeout: Self::MAX_TIMEOUT,
            roots: RootCertificates::default(),
            clock: Arc::new(DefaultClock),
        }
    }

    /// Sets the secret of a confidential client. Without it the client is public, and PKCE alone
    /// protects its codes.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self
    }

    /// Sets how the client authenticates; the default is [`ClientAuthentication::Basic`].
    pub const fn client_authentication(mut self, authentication: ClientAuthentication) -> Self {
        self.authentication = authentication;
        self
    }

    /// Sets the endpoints and the issuer that the provider publishes.
    pub fn metadata(mut self, metadata: &ServerMetadata) -> Self {
        self.authorization_endpoint.clone_from(&metadata.authorization_endpoint);
        self.token_endpoint.clone_from(&metadata.token_endpoint);
        self.user_info_endpoint.clone_from(&metadata.userinfo_endpoint);
        self.issuer = Some(Issuer {
            url: metadata.issuer.clone(),
            is_always_named: metadata.authorization_response_iss_parameter_supported,
        });
        self
    }

    /// Sets the URL at which users log in.
    pub fn authorization_endpoint(mut self, url: impl Into<String>) -> Self {
        self.authorization_endpoint = Some(url.into());
        self
    }

    /// Sets the URL at which codes and refresh tokens are exchanged.
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.token_endpoint = Some(url.into());
        self
    }

    /// Sets the URL for [`OAuthClient::user_info`].
    pub fn user_info_endpoint(mut self, url: impl Into<String>) -> Self {
        self.user_info_endpoint = Some(url.into());
        self
    }

    /// Sets the issuer, so that a callback that names another one in `iss` is rejected (RFC 9207).
    /// One that names none is accepted; [`metadata`](Self::metadata) knows if the provider always
    /// names it. A service with more than one provider needs this against mix-up attacks.
    pub fn issuer(mut self, url: impl Into<String>) -> Self {
        self.issuer = Some(Issuer { url: url.into(), is_always_named: false });
        self
    }

    /// Sets the URL of the callback, exactly as it is registered at the provider. It is never taken
    /// from a header such as `Host` or `X-Forwarded-Host`, which a client can choose.
    pub fn redirect_uri(mut self, url: impl Into<String>) -> Self {
        self.redirect_uri = Some(url.into());
        self
    }

    /// Sets the scopes that are requested, such as `openid` and `email`.
    pub fn scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a parameter to every login, such as `audience`; [`Login::param`](super::Login::param)
    /// adds one to a single login.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Sets the key that seals the cookies of logins: 32 bytes or more from a generator, the same in
    /// all processes of the service.
    pub fn cookie_key<'a>(mut self, secret: impl Into<Secret<'a>>) -> Self {
        let secret = secret.into();
        self.cookie_key = Some(if secret.is_acceptable() {
            Ok(derive(secret.as_bytes()))
        } else {
            Err(OAuthClientError::CookieKey)
        });
        self
    }

    /// Seals the cookies with a random key: logins end when the process does, and a callback has to
    /// reach the process that started the login.
    pub fn random_cookie_key(mut self) -> Self {
        self.cookie_key = Some(Key::try_generate().ok_or(OAuthClientError::Random));
        self
    }

    /// Limits the time from the start of a login to its callback; default ten minutes.
    pub const fn login_lifetime(mut self, lifetime: Duration) -> Self {
        self.login_lifetime = lifetime;
        self
    }

    /// Limits the duration of one call to the provider, to ten seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Self::MAX_TIMEOUT);
        self
    }

    /// Trusts the certificate authorities in `pem`, such as the private one of your organization, in
    /// addition to those that the operating system trusts. The text contains one or more PEM blocks
    /// `CERTIFICATE`, and the method may be called several times.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.add(pem.into());
        self
    }

    /// Sets the clock that decides when a login expires.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Returns an error if the redirect URI, the key of the cookies or an endpoint is missing; if
    /// one of the URLs is not `https` (or `http` on this machine); if the redirect URI has a
    /// fragment (RFC 6749 §3.1.2); if the key is short or guessable; if a root certificate is not one;
    /// or if no HTTP client can be created, for instance because neither the feature `ring` nor `aws-lc` is enabled.
    pub fn build(self) -> Result<OAuthClient, OAuthClientError> {
        let authorization = endpoint("authorization_endpoint", self.authorization_endpoint)?;
        let token = endpoint("token_endpoint", self.token_endpoint)?;
        let user_info = match self.user_info_endpoint {
            Some(url) => Some(endpoint("user_info_endpoint", Some(url))?),
            None => None,
        };
        let redirect = endpoint("redirect_uri", self.redirect_uri.clone())?;
        if redirect.fragment().is_some() {
            return Err(OAuthClientError::Url("redirect_uri"));
        }
        let key = self.cookie_key.unwrap_or(Err(OAuthClientError::Missing("cookie_key")))?;
        let urls = [&token].into_iter().chain(&user_info);
        let http = HttpClient::new(self.timeout, &self.roots, urls)?;
        // The provider compares the text, so it is sent as it was set.
        let redirect = RedirectUrl::new(self.redirect_uri.unwrap_or_default());
        let redirect = redirect.map_err(|_| OAuthClientError::Url("redirect_uri"))?;
        let mut client = Client::new(ClientId::new(self.client_id))
            .set_auth_type(match self.authentication {
                ClientAuthentication::Basic => AuthType::BasicAuth,
                ClientAuthentication::RequestBody => AuthType::RequestBody,
            })
            .set_auth_uri(AuthUrl::from_url(authorization))
            .set_token_uri(TokenUrl::from_url(token))
            .set_redirect_uri(redirect);
        if let Some(secret) = self.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret));
        }
        let provider = Provider {
            client,
            http,
            scopes: self.scopes.into_iter().map(Scope::new).collect(),
            params: self.params,
            issuer: self.issuer,
            user_info,
        };
        Ok(OAuthClient(Arc::new(Inner {
            provider,
            cookies: Cookies::new(key, self.login_lifetime),
            clock: self.clock,
            refreshes: Arc::new(SharedCalls::new(MAX_REFRESHES, MAX_REFRESHES)),
        })))
    }
}

fn endpoint(name: &'static str, url: Option<String>) -> Result<Url, OAuthClientError> {
    let url: Url = url
        .ok_or(OAuthClientError::Missing(name))?
        .parse()
        .map_err(|_| OAuthClientError::Url(name))?;
    if is_authentic(&url) { Ok(url) } else { Err(OAuthClientError::Url(name)) }
}

/// Derives the 64 bytes of a cookie's key. The prefix makes it another key than any that the same
/// secret is used for.
fn derive(secret: &[u8]) -> Key {
    let mut digest = Sha512::new();
    digest.update(b"definable-errors oauth login cookies");
    digest.update(secret);
    Key::from(digest.finalize().as_slice())
}

impl fmt::Debug for OAuthClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClientBuilder")
            .field("client_id", &self.client_id)
            .field("token_endpoint", &self.token_endpoint.as_deref().map(redact_url))
            .field("redirect_uri", &self.redirect_uri.as_deref().map(redact_url))
            .finish_non_exhaustive()
    }
}

/// The error for settings with which no client can be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthClientError {
    /// The setting of this name is missing.
    Missing(&'static str),
    /// The URL of this name is neither `https`, nor `http` on this machine, or it has a fragment.
    Url(&'static str),
    /// The key of the cookies is shorter than 32 bytes, or guessable.
    CookieKey,
    /// The system has no random bytes for a key.
    Random,
    /// A URL is `https`, and neither the feature `ring` nor `aws-lc` is enabled.
    NoTlsProvider,
    /// A root certificate is not a PEM text with one or more certificates.
    RootCertificate,
    /// The HTTP client cannot be created, because its TLS does not work.
    Client,
}

impl fmt::Display for OAuthClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "`{name}` is missing; set it before `build`"),
            Self::Url(name) => {
                write!(f, "`{name}` is a URL, https or http on this machine, without a fragment")
            }
            Self::CookieKey => {
                f.write_str("the cookie key is 32 bytes or more from a generator, not a word")
            }
            Self::Random => f.write_str("the system has no random bytes"),
            Self::NoTlsProvider => f.write_str(TlsError::NO_PROVIDER),
            Self::RootCertificate => f.write_str(TlsError::ROOT_CERTIFICATE),
            Self::Client => f.write_str("no HTTP client can be created: is TLS set up?"),
        }
    }
}

impl std::error::Error for OAuthClientError {}

impl From<TlsError> for OAuthClientError {
    fn from(error: TlsError) -> Self {
        match error {
            TlsError::NoProvider => Self::NoTlsProvider,
            TlsError::RootCertificate => Self::RootCertificate,
            TlsError::Client(_) => Self::Client,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> OAuthClientBuilder {
        OAuthClient::builder("client")
            .authorization_endpoint("https://id.example/authorize")
            .token_endpoint("http://127.0.0.1:9/token")
            .redirect_uri("https://app.example/oauth/callback")
            .cookie_key("kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO")
    }

    #[test]
    fn missing_or_insecure_settings_are_errors() {
        assert!(complete().build().is_ok());
        let nothing = OAuthClient::builder("client");
        let error = nothing.build().unwrap_err();
        assert_eq!(error, OAuthClientError::Missing("authorization_endpoint"));
        assert_eq!(error.to_string(), "`authorization_endpoint` is missing; set it before `build`");
        for uri in ["http://app.example/", "/oauth/callback", "https://app.example/#x", ""] {
            let error = complete().redirect_uri(uri).build().unwrap_err();
            assert_eq!(error, OAuthClientError::Url("redirect_uri"), "{uri}");
        }
        let error = complete().token_endpoint("http://id.example/token").build().unwrap_err();
        assert_eq!(error, OAuthClientError::Url("token_endpoint"));
        let error = complete().root_certificate("no certificate").build().unwrap_err();
        assert_eq!(error, OAuthClientError::RootCertificate);
        for key in ["short", &"a".repeat(64)] {
            assert_eq!(
                complete().cookie_key(key).build().unwrap_err(),
                OAuthClientError::CookieKey
            );
        }
    }

    /// `tests/run features` runs it: with all features there is TLS.
    #[cfg(not(any(feature = "ring", feature = "aws-lc")))]
    #[test]
    fn https_without_tls_is_an_error_that_names_the_features() {
        let error = complete().token_endpoint("https://id.example/token").build().unwrap_err();
        assert_eq!(error, OAuthClientError::NoTlsProvider);
        assert!(error.to_string().ends_with("enable feature `ring` or `aws-lc`"));
    }

    #[test]
    fn redirect_uri_is_sent_as_it_was_set() {
        let client = complete().redirect_uri("https://app.example").build().unwrap();
        let url = client.provider().authorization_url("state", &"v".repeat(43), &[]);
        assert!(url.as_str().ends_with("&redirect_uri=https%3A%2F%2Fapp.example"), "{url}");
    }
}
