//! A service that logs in users at the provider.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{FromRef, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use definable_errors::oauth::{Callback, Login, OAuthClient, OAuthClientBuilder, Tokens};
use definable_errors::{ApiError, ApiErrorLayer};
use support::{Recorder, bind};
use url::form_urlencoded;

use super::Provider;
use super::provider::SECRET;

#[derive(Clone)]
struct AppState {
    client: OAuthClient,
    logins: Arc<Mutex<Vec<Tokens>>>,
    visits: Arc<Mutex<Vec<String>>>,
}

impl FromRef<AppState> for OAuthClient {
    fn from_ref(state: &AppState) -> Self {
        state.client.clone()
    }
}

pub(super) struct Shop {
    pub(super) origin: String,
    pub(super) provider: Provider,
    pub(super) client: OAuthClient,
    pub(super) recorder: Recorder,
    pub(super) lateness: Arc<Mutex<Duration>>,
    logins: Arc<Mutex<Vec<Tokens>>>,
    visits: Arc<Mutex<Vec<String>>>,
}

/// Starts a login; `return_to` is ours, and all other parameters are the provider's.
async fn start(login: Login, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes());
    let login = pairs.fold(login, |login, (name, value)| match &*name {
        "return_to" => login.return_to(&value),
        _ => login.param(name, value),
    });
    login.redirect()
}

async fn callback(State(state): State<AppState>, callback: Callback) -> Result<Response, ApiError> {
    let complete = callback.complete(|login| async move {
        state.logins.lock().unwrap().push(login.tokens().clone());
        Ok(login.redirect())
    });
    complete.await
}

async fn visited(State(state): State<AppState>, uri: http::Uri) -> &'static str {
    state.visits.lock().unwrap().push(uri.to_string());
    "welcome"
}

impl Shop {
    pub(super) async fn open() -> Self {
        Self::with(|builder| builder).await
    }

    /// Starts the service and its provider, with other settings than those that fit.
    pub(super) async fn with(change: fn(OAuthClientBuilder) -> OAuthClientBuilder) -> Self {
        let (listener, address) = bind().await;
        let origin = format!("http://{address}");
        let redirect_uri = format!("{origin}/oauth/callback");
        let provider = Provider::start(&redirect_uri);
        let lateness = Arc::new(Mutex::new(Duration::ZERO));
        let late = lateness.clone();
        let builder = OAuthClient::builder("shop")
            .client_secret(SECRET)
            .metadata(&provider.metadata().await)
            .redirect_uri(redirect_uri)
            .scopes(["openid", "email", "offline_access", "kb:read"])
            .param("prompt", "consent")
            .random_cookie_key()
            .clock(move || SystemTime::now() + *late.lock().unwrap());
        let client = change(builder).build().unwrap();
        let (logins, visits) = (Arc::default(), Arc::default());
        let state = AppState { client: client.clone(), logins, visits };
        let (logins, visits) = (state.logins.clone(), state.visits.clone());
        let recorder = Recorder::default();
        let app = Router::new()
            .route("/oauth/start", get(start))
            .route("/oauth/callback", get(callback))
            .route("/welcome", get(visited))
            // Browsers request it for any page; without it that would be a problem that is reported.
            .route("/favicon.ico", get(|| async { http::StatusCode::NO_CONTENT }))
            .layer(ApiErrorLayer::new().report(recorder.clone()))
            .with_state(state);
        tokio::spawn(async { definable_errors::serve(listener, app).await });
        Self { origin, provider, client, recorder, lateness, logins, visits }
    }

    /// Returns the URL that starts a login.
    pub(super) fn start(&self, query: &str) -> String {
        format!("{}/oauth/start?{query}", self.origin)
    }

    pub(super) fn callback(&self) -> String {
        format!("{}/oauth/callback", self.origin)
    }

    /// Returns the tokens of the last login.
    pub(super) fn last_login(&self) -> Option<Tokens> {
        self.logins.lock().unwrap().last().cloned()
    }

    pub(super) fn visits(&self) -> Vec<String> {
        self.visits.lock().unwrap().clone()
    }
}
