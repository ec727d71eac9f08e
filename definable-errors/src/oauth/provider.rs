//! The endpoints of an OAuth provider, and the calls to them.

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
use super::provider_error::{ErrorResponse, Kind, provider_failed};
use super::tokens::TokenResponse;
use super::{OAuthProviderError, Tokens};
use crate::error::{ApiError, BoxError};

/// The provider as it is configured for one client.
pub(super) struct Provider {
    pub(super) client: Registration,
    pub(super) http: HttpClient,
    pub(super) scopes: Vec<Scope>,
    pub(super) params: Vec<(String, String)>,
    pub(super) issuer: Option<Issuer>,
    pub(super) user_info: Option<Url>,
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

impl Provider {
    /// Returns whether a callback with this `iss` is from the provider (RFC 9207 §2.4).
    pub(super) fn is_from_issuer(&self, iss: Option<&str>) -> bool {
        match (&self.issuer, iss) {
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
        let request = self.client.authorize_url(|| CsrfToken::new(state.to_owned()));
        let request = request.set_pkce_challenge(challenge).add_scopes(self.scopes.clone());
        let all = self.params.iter().chain(params);
        all.fold(request, |request, (name, value)| request.add_extra_param(name, value)).url().0
    }

    /// Exchanges the code of a callback (RFC 6749 §4.1.3, RFC 7636 §4.5).
    pub(super) async fn exchange(&self, code: &str, verifier: &str) -> Result<Tokens, ApiError> {
        let request = self.client.exchange_code(AuthorizationCode::new(code.to_owned()));
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        tokens(request.set_pkce_verifier(verifier).request_async(&self.http).await)
    }

    /// Exchanges a refresh token (RFC 6749 §6).
    pub(super) async fn refresh(&self, refresh_token: &str) -> Result<Tokens, ApiError> {
        let token = RefreshToken::new(refresh_token.to_owned());
        let request = self.client.exchange_refresh_token(&token);
        let tokens = tokens(request.request_async(&self.http).await)?;
        Ok(tokens.or_refresh_token(refresh_token))
    }

    /// Fetches what the provider knows about the user (OpenID Connect Core §5.3).
    ///
    /// # Panics
    ///
    /// Panics if there is no user info endpoint.
    pub(super) async fn user_info<T: DeserializeOwned>(
        &self,
        tokens: &Tokens,
    ) -> Result<T, ApiError> {
        let url = self.user_info.as_ref().expect("the client has a user info endpoint");
        let failed = |error: BoxError| provider_failed(OAuthProviderError::unusable(error), None);
        let request = http::Request::get(url.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {}", tokens.access_token()))
            .body(Vec::new());
        let request = request.map_err(|error| failed(error.into()))?;
        let body = self.http.call_for_ok(request).await.map_err(call_failed)?;
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
