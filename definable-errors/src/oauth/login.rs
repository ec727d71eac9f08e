//! The start of a login.

use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::OAuthClient;
use super::pending_login::is_return_path;
use crate::auth::random_bytes;
use crate::error::ApiError;
use crate::problem::{ProblemTypes, Types};

pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The code in the URL of a callback goes to no other service.
pub(super) const NO_REFERRER: (HeaderName, HeaderValue) =
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));

/// An extractor that starts a login: [`redirect`](Self::redirect) sends the user to the provider.
///
/// ```
/// use axum::extract::Query;
/// use axum::response::Response;
/// use definable_errors::oauth::Login;
///
/// #[derive(serde::Deserialize)]
/// struct Start {
///     #[serde(default)]
///     return_to: String,
/// }
///
/// async fn start(login: Login, Query(start): Query<Start>) -> Response {
///     login.return_to(&start.return_to).redirect()
/// }
/// # let _ = start;
/// ```
///
/// The state needs an [`OAuthClient`], by axum's `FromRef`.
#[derive(Debug)]
#[must_use = "a login starts when its redirect is returned"]
pub struct Login {
    client: OAuthClient,
    headers: HeaderMap,
    state: String,
    verifier: String,
    return_to: Option<String>,
    params: Vec<(String, String)>,
}

impl Login {
    /// Starts a login with a client that is not in the state: one of several, by a parameter of the
    /// path for instance. `headers` are those of the request.
    ///
    /// # Errors
    ///
    /// Returns an error if the system has no random bytes.
    pub fn new(client: OAuthClient, headers: &HeaderMap) -> Result<Self, ApiError> {
        let cookies = headers.get_all(header::COOKIE).iter();
        Ok(Self {
            client,
            headers: cookies.map(|field| (header::COOKIE, field.clone())).collect(),
            state: random()?,
            verifier: random()?,
            return_to: None,
            params: Vec::new(),
        })
    }

    /// Sets the path that the user returns to after the login.
    ///
    /// It is dropped if a browser could be led to another host by it: if it does not start with
    /// exactly one `/`, has a `\` or a control character. It is also dropped if it has a character
    /// that is not ASCII, or over 1024 bytes.
    pub fn return_to(mut self, path: &str) -> Self {
        self.return_to = Some(path).filter(|path| is_return_path(path)).map(str::to_owned);
        self
    }

    /// Adds a parameter for the provider, such as `login_hint` or `prompt`.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Returns the redirect to the provider, a 303 with the cookie of the login.
    pub fn redirect(self) -> Response {
        let Self { client, headers, state, verifier, return_to, params } = self;
        let (now, cookies) = (client.now(), client.cookies());
        let Some(cookie) = cookies.seal(&state, &verifier, return_to.as_deref(), now) else {
            return ApiError::internal_error()
                .with_note("the cookie of a login cannot be written")
                .into_response();
        };
        let url = client.provider().authorization_url(&state, &verifier, &params);
        let location = match HeaderValue::try_from(String::from(url)) {
            Ok(location) => location,
            Err(error) => return ApiError::internal_error().with_source(error).into_response(),
        };
        let mut response = StatusCode::SEE_OTHER.into_response();
        let fields = response.headers_mut();
        fields.insert(header::LOCATION, location);
        fields.insert(header::CACHE_CONTROL, NO_STORE);
        fields.extend([NO_REFERRER]);
        for set in cookies.evict(&headers, now).into_iter().chain([cookie]) {
            fields.append(header::SET_COOKIE, set);
        }
        response
    }
}

impl<S> FromRequestParts<S> for Login
where
    S: Send + Sync,
    OAuthClient: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Self::new(OAuthClient::from_ref(state), &parts.headers)
    }
}

/// Starting a login rejects nothing.
impl ProblemTypes for Login {
    const TYPES: Types = Types::EMPTY;
}

/// Returns 43 characters of base64url: the shortest verifier that is allowed, of 256 random bits
/// (RFC 7636 §4.1).
fn random() -> Result<String, ApiError> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random_bytes::<32>()?))
}
