//! The end of a login.

use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use http::request::Parts;

use super::login::{NO_REFERRER, NO_STORE};
use super::pending_login::{NoLogin, PendingLogin, clear};
use super::provider_error::{
    ErrorResponse, Kind, OAUTH_ACCESS_DENIED, OAUTH_LOGIN_EXPIRED, login_expired, provider_failed,
};
use super::{OAuthClient, OAuthProviderError, Tokens};
use crate::error::ApiError;
use crate::problem::{ProblemTypes, SERVICE_UNAVAILABLE, Types, UPSTREAM_FAILED, UPSTREAM_TIMEOUT};

/// An extractor for the route to which the provider sends users back.
///
/// It rejects a callback that belongs to no login of this browser, or with which the provider
/// reports an error; [`complete`](Self::complete) exchanges the code of any other. The
/// [module](crate::oauth) has an example, and the table of what fails.
#[derive(Debug)]
#[must_use = "a login ends when its `complete` is awaited"]
pub struct Callback {
    client: OAuthClient,
    login: PendingLogin,
    code: String,
}

/// A login that succeeded.
#[derive(Debug, Clone)]
pub struct LoggedIn {
    tokens: Tokens,
    return_to: Option<String>,
}

impl LoggedIn {
    /// Returns the tokens that the provider issued.
    pub const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Returns the path that [`Login::return_to`](super::Login::return_to) set, or `/`. A browser
    /// that is sent there stays on the service.
    pub fn return_to(&self) -> &str {
        self.return_to.as_deref().unwrap_or("/")
    }

    /// Returns a redirect to [`return_to`](Self::return_to), a 303.
    pub fn redirect(&self) -> Redirect {
        Redirect::to(self.return_to())
    }
}

impl Callback {
    /// Reads the callback of a client that is not in the state. It is the one that
    /// [`Login::new`](super::Login::new) got.
    ///
    /// # Errors
    ///
    /// Returns the errors of the [table](crate::oauth#what-fails) before an exchange.
    pub fn new(client: OAuthClient, request: &Parts) -> Result<Self, ApiError> {
        let query = Query(request.uri.query().unwrap_or_default());
        let state = query.only("state").ok_or_else(|| login_expired("no `state`"))?;
        let login = client.cookies().open(&request.headers, &state, client.now());
        let login = login.map_err(|reason| no_login(reason, &state))?;
        match query.code(&client) {
            Ok(code) => Ok(Self { client, login, code }),
            Err(error) => Err(error.with_header(header::SET_COOKIE, clear(&state))),
        }
    }

    /// Exchanges the code for tokens, calls `respond` with them, and adds the header to its response
    /// or its error that removes the cookie of the login.
    ///
    /// # Errors
    ///
    /// Returns the errors of the [table](crate::oauth#what-fails), and those of `respond`. `E` is
    /// [`ApiError`](struct@crate::ApiError), or a [`Declared`](crate::Declared).
    pub async fn complete<F, Fut, R, E>(self, respond: F) -> Result<Response, E>
    where
        F: FnOnce(LoggedIn) -> Fut,
        Fut: Future<Output = Result<R, E>>,
        R: IntoResponse,
        E: From<ApiError> + Into<ApiError>,
    {
        let Self { client, login, code } = self;
        let cleared = clear(&login.state);
        let exchanged = client.provider().exchange(&code, &login.verifier).await;
        let responded = match exchanged {
            Ok(tokens) => respond(LoggedIn { tokens, return_to: login.return_to }).await,
            Err(error) => Err(error.into()),
        };
        match responded {
            Ok(response) => {
                let mut response = response.into_response();
                let fields = response.headers_mut();
                fields.append(header::SET_COOKIE, cleared);
                fields.entry(header::CACHE_CONTROL).or_insert(NO_STORE);
                fields.entry(NO_REFERRER.0).or_insert(NO_REFERRER.1);
                Ok(response)
            }
            Err(error) => Err(error.into().with_header(header::SET_COOKIE, cleared).into()),
        }
    }
}

impl<S> FromRequestParts<S> for Callback
where
    S: Send + Sync,
    OAuthClient: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Self::new(OAuthClient::from_ref(state), parts)
    }
}

fn no_login(reason: NoLogin, state: &str) -> ApiError {
    match reason {
        NoLogin::NoCookie => login_expired(
            "no cookie for this `state`: it was used, started in another browser, or made up",
        ),
        NoLogin::Foreign => {
            login_expired("the cookie was not sealed with this key for this `state`")
                .with_header(header::SET_COOKIE, clear(state))
        }
        NoLogin::Expired => {
            login_expired("the login took too long").with_header(header::SET_COOKIE, clear(state))
        }
    }
}

/// The query of a callback.
#[derive(Debug, Clone, Copy)]
struct Query<'a>(&'a str);

impl Query<'_> {
    /// Returns the code, after the issuer was checked (RFC 9207 §2.4) and if there is no error
    /// (RFC 6749 §4.1.2.1).
    fn code(self, client: &OAuthClient) -> Result<String, ApiError> {
        let has_issuers = self.all("iss").nth(1).is_some();
        if has_issuers || !client.provider().is_from_issuer(self.all("iss").next().as_deref()) {
            return Err(login_expired("`iss` is not that of the provider (RFC 9207)"));
        }
        if let Some(error) = self.all("error").next() {
            let response = ErrorResponse {
                error,
                error_description: self.only("error_description"),
                error_uri: self.only("error_uri"),
            };
            let error = OAuthProviderError::new(Kind::Refused(response));
            return Err(provider_failed(error, None));
        }
        self.only("code").ok_or_else(|| login_expired("neither one `code` nor an `error`"))
    }

    /// Returns a parameter that is not empty and appears once (RFC 6749 §3.1).
    fn only(self, name: &str) -> Option<String> {
        let mut all = self.all(name);
        let first = all.next().filter(|value| !value.is_empty())?;
        all.next().is_none().then_some(first)
    }

    fn all(self, name: &str) -> impl Iterator<Item = String> {
        let pairs = form_urlencoded::parse(self.0.as_bytes());
        pairs.filter(move |(found, _)| found == name).map(|(_, value)| value.into_owned())
    }
}

impl ProblemTypes for Callback {
    const TYPES: Types = Types {
        own: &[
            &OAUTH_LOGIN_EXPIRED,
            &OAUTH_ACCESS_DENIED,
            &UPSTREAM_FAILED,
            &SERVICE_UNAVAILABLE,
            &UPSTREAM_TIMEOUT,
        ],
        others: &[],
    };
}
