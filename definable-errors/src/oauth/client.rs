//! A client of an OAuth provider.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header;
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
};
use oauth2::{
    AuthorizationCode, Client, CsrfToken, EndpointNotSet, EndpointSet, PkceCodeChallenge,
    PkceCodeVerifier, RefreshToken, RequestTokenError, Scope, StandardRevocableToken,
};
use reqwest::Url;
use serde::de::DeserializeOwned;

use super::http::{CallError, HttpClient, as_error};
use super::pending_login::Cookies;
use super::problems::provider_failed;
use super::provider_error::{ErrorResponse, Kind};
use super::shared_calls::SharedCalls;
use super::tokens::TokenResponse;
use super::{OAuthClientBuilder, OAuthProviderError, Tokens};
use crate::auth::SecretDigest;
use crate::context::Clock;
use crate::error::{ApiError, BoxError};

/// A client of an OAuth provider, in whose name a service logs in users; the
/// [module](crate::oauth) has an example.
///
/// It is cheap to clone; all clones share their calls.
#[derive(Clone)]
pub struct OAuthClient(Arc<Inner>);

pub(super) struct Inner {
    pub(super) client: Registration,
    pub(super) http: HttpClient,
    pub(super) scopes: Vec<Scope>,
    pub(super) params: Vec<(String, String)>,
    pub(super) issuer: Option<Issuer>,
    pub(super) user_info: Option<Url>,
    pub(super) cookies: Cookies,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) refreshes: Arc<SharedCalls<Tokens>>,
}

/// The client as it is registered at the provider.
pub(super) type Registration = Client<
    BasicErrorResponse,
    TokenResponse,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// The issuer that callbacks name (RFC 9207).
#[derive(Debug)]
pub(super) struct Issuer {
    pub(super) url: String,
    /// Whether every callback of it has the parameter.
    pub(super) is_always_named: bool,
}

/// How long the result of a refresh is returned to callers that come late with the old token. A
/// provider would take them for thieves, and revoke all tokens of the login (RFC 9700 §4.14.2).
const LATE: Duration = Duration::from_secs(10);

impl OAuthClient {
    /// Returns a builder for the client with this id.
    pub fn builder(client_id: impl Into<String>) -> OAuthClientBuilder {
        OAuthClientBuilder::new(client_id.into())
    }

    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(super) fn now(&self) -> SystemTime {
        self.0.clock.now()
    }

    pub(super) fn cookies(&self) -> &Cookies {
        &self.0.cookies
    }

    /// Returns whether a callback with this `iss` is from the provider (RFC 9207 §2.4).
    pub(super) fn is_from_issuer(&self, iss: Option<&str>) -> bool {
        match (&self.0.issuer, iss) {
            (None, _) => true,
            (Some(issuer), Some(iss)) => issuer.url == iss,
            (Some(issuer), None) => !issuer.is_always_named,
        }
    }

    /// Returns the URL at the provider to which the user is sent.
    pub(super) fn authorization_url(
        &self,
        state: &str,
        verifier: &str,
        params: &[(String, String)],
    ) -> Url {
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
        let request = self.0.client.authorize_url(|| CsrfToken::new(state.to_owned()));
        let request = request.set_pkce_challenge(challenge).add_scopes(self.0.scopes.clone());
        let all = self.0.params.iter().chain(params);
        all.fold(request, |request, (name, value)| request.add_extra_param(name, value)).url().0
    }

    /// Exchanges the code of a callback (RFC 6749 §4.1.3, RFC 7636 §4.5).
    pub(super) async fn exchange(&self, code: &str, verifier: &str) -> Result<Tokens, ApiError> {
        let request = self.0.client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        tokens(request.set_pkce_verifier(verifier).request_async(&self.0.http).await)
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
            let outcome = client.request_refresh(&token).await;
            let until = outcome.is_ok().then(|| client.now() + LATE);
            (outcome, until)
        };
        self.0.refreshes.get(SecretDigest::sha256(refresh_token), self.now(), call).await
    }

    async fn request_refresh(&self, refresh_token: &str) -> Result<Tokens, ApiError> {
        let token = RefreshToken::new(refresh_token.to_owned());
        let request = self.0.client.exchange_refresh_token(&token);
        let tokens = tokens(request.request_async(&self.0.http).await)?;
        Ok(tokens.or_refresh_token(refresh_token))
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
        let url = self.0.user_info.as_ref().expect("the client has a user info endpoint");
        let failed = |error: BoxError| provider_failed(OAuthProviderError::unusable(error), None);
        let request = http::Request::get(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", tokens.access_token()))
            .body(Vec::new());
        let request = request.map_err(|error| failed(error.into()))?;
        let body = self.0.http.call_for_ok(request).await.map_err(call_failed)?;
        serde_json::from_slice(&body).map_err(|error| failed(error.into()))
    }
}

/// Converts the response of the token endpoint.
fn tokens(
    response: Result<TokenResponse, RequestTokenError<CallError, BasicErrorResponse>>,
) -> Result<Tokens, ApiError> {
    let error = match response {
        Ok(response) => match Tokens::from_response(&response) {
            Some(tokens) => return Ok(tokens),
            None => OAuthProviderError::unusable("the access token is not a bearer token"),
        },
        Err(RequestTokenError::Request(error)) => return Err(call_failed(error)),
        Err(RequestTokenError::ServerResponse(response)) => refused(ErrorResponse {
            error: response.error().as_ref().to_owned(),
            error_description: response.error_description().cloned(),
            error_uri: response.error_uri().cloned(),
        }),
        // Some providers answer 200 with an error.
        Err(RequestTokenError::Parse(error, body)) => match as_error(&body) {
            Some(response) => refused(response),
            None => OAuthProviderError::unusable(error),
        },
        Err(RequestTokenError::Other(text)) => OAuthProviderError::unusable(text),
    };
    Err(provider_failed(error, None))
}

fn call_failed(CallError { error, wait }: CallError) -> ApiError {
    provider_failed(error, wait)
}

const fn refused(response: ErrorResponse) -> OAuthProviderError {
    OAuthProviderError::new(Kind::Refused(response))
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient")
            .field("client_id", &self.0.client.client_id().as_str())
            .field("issuer", &self.0.issuer)
            .finish_non_exhaustive()
    }
}
