//! A provider for development: the authorization code grant with PKCE, and a switch for each
//! failure.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use definable_errors::auth::{Bearer, SecretDigest};
use definable_errors::extract::{Form, Json, Query};
use definable_errors::oauth::{
    OAuthClient, OAuthClientError, OAuthError, OAuthErrorCode, OAuthErrorRenderer,
};
use definable_errors::problem::{BAD_REQUEST, INVALID_TOKEN, ProblemTypes, Types};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::{ApiError, ApiErrorLayer, Declared, ResultExt};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{OAuth, demo_page};
use crate::AppState;

const CLIENT_ID: &str = "reference-server";

/// The maximum number of codes, and of tokens, that the provider remembers.
const MEMORY: usize = 100;

/// The failures that a user can choose on the page of the provider, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    #[default]
    Success,
    AccessDenied,
    InvalidScope,
    UnauthorizedClient,
    ServerError,
    TemporarilyUnavailable,
    OtherIssuer,
    OtherState,
    InvalidGrant,
    InvalidClient,
    UnsupportedGrantType,
    RedirectUriMismatch,
    NotJson,
    UnverifiedEmail,
}

impl Outcome {
    pub(super) const ALL: [Self; 14] = [
        Self::Success,
        Self::AccessDenied,
        Self::InvalidScope,
        Self::UnauthorizedClient,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::OtherIssuer,
        Self::OtherState,
        Self::InvalidGrant,
        Self::InvalidClient,
        Self::UnsupportedGrantType,
        Self::RedirectUriMismatch,
        Self::NotJson,
        Self::UnverifiedEmail,
    ];

    /// Returns the error of the callback, if the provider sends the user back with one.
    const fn callback_error(self) -> Option<&'static str> {
        match self {
            Self::AccessDenied => Some("access_denied"),
            Self::InvalidScope => Some("invalid_scope"),
            Self::UnauthorizedClient => Some("unauthorized_client"),
            Self::ServerError => Some("server_error"),
            Self::TemporarilyUnavailable => Some("temporarily_unavailable"),
            _ => None,
        }
    }
}

/// The state of the provider.
#[derive(Debug, Default)]
pub(crate) struct DemoProvider {
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    redirect_uri: String,
    issuer: String,
    grants: VecDeque<Grant>,
    users: VecDeque<(String, UserInfo)>,
}

/// A code that was issued, with what it has to be exchanged with.
#[derive(Debug)]
struct Grant {
    code: String,
    challenge: Vec<u8>,
    user: String,
    outcome: Outcome,
}

#[derive(Debug, Clone, Serialize)]
struct UserInfo {
    sub: String,
    email: String,
    email_verified: bool,
}

impl DemoProvider {
    /// Returns the client of this server, and registers its redirect URI.
    pub(super) fn client(&self, address: SocketAddr) -> Result<OAuthClient, OAuthClientError> {
        let server = format!("http://{address}");
        let redirect_uri = format!("{server}/oauth/callback");
        let issuer = format!("{server}/demo-provider");
        let mut memory = self.memory();
        (memory.redirect_uri, memory.issuer) = (redirect_uri.clone(), issuer.clone());
        OAuthClient::builder(CLIENT_ID)
            .authorization_endpoint(format!("{issuer}/authorize"))
            .token_endpoint(format!("{issuer}/token"))
            .user_info_endpoint(format!("{issuer}/userinfo"))
            .issuer(issuer)
            .redirect_uri(redirect_uri)
            .scopes(["openid", "email"])
            .random_cookie_key()
            .build()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds an item to a list that forgets its oldest.
fn remember<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == MEMORY {
        list.pop_front();
    }
    list.push_back(item);
}

pub(crate) fn routes() -> GuardedRouter<AppState> {
    let token_endpoint = GuardedRouter::new()
        .post("/demo-provider/token", token)
        .route_layer(ApiErrorLayer::new().render(OAuthErrorRenderer::new()));
    GuardedRouter::new()
        .get("/demo-provider/authorize", authorize)
        .get("/demo-provider/userinfo", user_info)
        .merge(token_endpoint)
}

/// The problem types of the page and of the user info endpoint.
#[derive(Debug)]
enum PageProblems {}

impl ProblemTypes for PageProblems {
    const TYPES: Types = Types { own: &[&BAD_REQUEST, &INVALID_TOKEN], others: &[] };
}

/// The query of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3), and what the user chose.
#[derive(Debug, Deserialize)]
pub(super) struct Authorization {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    outcome: Outcome,
}

impl Authorization {
    /// Returns the parameters of the provider's client.
    pub(super) fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("response_type", &self.response_type),
            ("client_id", &self.client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", &self.state),
            ("code_challenge", &self.code_challenge),
            ("code_challenge_method", &self.code_challenge_method),
        ]
    }
}

/// Shows the page, or sends the user back who has chosen on it.
async fn authorize(
    _: Public,
    State(oauth): State<OAuth>,
    Query(request): Query<Authorization>,
) -> Result<Response, Declared<PageProblems>> {
    let provider = oauth.demo().or_internal()?;
    let mut memory = provider.memory();
    // A provider must not redirect to a URI that is not registered (RFC 6749 §4.1.2.1).
    if request.client_id != CLIENT_ID || request.redirect_uri != memory.redirect_uri {
        let text = "The client or its redirect URI is not registered at this provider.";
        return Err(ApiError::bad_request(text))?;
    }
    let challenge = BASE64_URL_SAFE_NO_PAD.decode(&request.code_challenge).ok();
    let is_complete = request.response_type == "code" && request.code_challenge_method == "S256";
    let Some(challenge) = challenge.filter(|_| is_complete) else {
        return Err(ApiError::bad_request("Expected response_type=code, and PKCE with S256."))?;
    };
    let Some(user) = request.user.clone() else {
        return Ok(Html(demo_page::page(&request)).into_response());
    };
    let (outcome, code) = (request.outcome, Uuid::new_v4().to_string());
    let answer = match outcome.callback_error() {
        Some(error) => ("error", error),
        None => ("code", &*code),
    };
    let issuer = match outcome {
        Outcome::OtherIssuer => "https://elsewhere.example",
        _ => &*memory.issuer,
    };
    let state = match outcome {
        Outcome::OtherState => "made-up",
        _ => &*request.state,
    };
    let pairs = [answer, ("state", state), ("iss", issuer)];
    let query = demo_page::query(&pairs);
    let location = format!("{}?{query}", request.redirect_uri);
    remember(&mut memory.grants, Grant { code, challenge, user, outcome });
    Ok(Redirect::to(&location).into_response())
}

/// The body of a token request (RFC 6749 §4.1.3, RFC 7636 §4.5).
#[derive(Deserialize)]
struct TokenRequest {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

async fn token(
    _: Public,
    State(oauth): State<OAuth>,
    Form(request): Form<TokenRequest>,
) -> Result<Response, Declared<OAuthError>> {
    let refused = |code| ApiError::from(OAuthError::new(code));
    let provider = oauth.demo().or_internal()?;
    let mut memory = provider.memory();
    if request.grant_type != "authorization_code" {
        return Err(refused(OAuthErrorCode::UnsupportedGrantType))?;
    }
    // A code can be exchanged once, so it goes whatever the outcome.
    let at = memory.grants.iter().position(|grant| grant.code == request.code);
    let grant = at.and_then(|at| memory.grants.remove(at));
    let is_right = |grant: &Grant| {
        let challenge = <[u8; 32]>::try_from(&*grant.challenge).map(SecretDigest::from_bytes);
        challenge.ok() == Some(SecretDigest::sha256(&request.code_verifier))
            && request.redirect_uri == memory.redirect_uri
    };
    let Some(grant) = grant.filter(is_right) else {
        return Err(refused(OAuthErrorCode::InvalidGrant))?;
    };
    match grant.outcome {
        Outcome::InvalidGrant => return Err(refused(OAuthErrorCode::InvalidGrant))?,
        Outcome::InvalidClient => return Err(refused(OAuthErrorCode::InvalidClient))?,
        Outcome::UnsupportedGrantType => {
            return Err(refused(OAuthErrorCode::UnsupportedGrantType))?;
        }
        // As GitHub does.
        Outcome::RedirectUriMismatch => {
            return Ok(Json(json!({"error": "redirect_uri_mismatch"})).into_response());
        }
        Outcome::NotJson => return Ok(Html("<h1>Maintenance</h1>").into_response()),
        _ => {}
    }
    let access_token = Uuid::new_v4().to_string();
    let user = UserInfo {
        sub: grant.user.clone(),
        email: grant.user,
        email_verified: grant.outcome != Outcome::UnverifiedEmail,
    };
    remember(&mut memory.users, (access_token.clone(), user));
    let body = json!({"access_token": access_token, "token_type": "Bearer", "expires_in": 60});
    Ok(([("cache-control", "no-store")], Json(body)).into_response())
}

async fn user_info(
    _: Public,
    State(oauth): State<OAuth>,
    token: Bearer,
) -> Result<Json<UserInfo>, Declared<PageProblems>> {
    let provider = oauth.demo().or_internal()?;
    let memory = provider.memory();
    let found = memory.users.iter().find(|(known, _)| known == token.as_str());
    let (_, user) = found.ok_or_else(ApiError::invalid_token)?;
    Ok(Json(user.clone()))
}
