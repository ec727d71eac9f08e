//! A service with a login, and a browser that keeps its cookies.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRef, Query, State};
use axum::response::Response;
use axum::routing::get as on_get;
use definable_errors::oauth::{Callback, Login, OAuthClient, OAuthClientBuilder};
use definable_errors::{ApiError, ApiErrorLayer};
use http::{HeaderValue, Request, header};
use support::{Answer, Recorder, get, send};
use url::Url;

use super::provider::{Provider, Reply};

pub(super) const ISSUER: &str = "https://id.example";

#[derive(Clone)]
struct AppState(OAuthClient);

impl FromRef<AppState> for OAuthClient {
    fn from_ref(state: &AppState) -> Self {
        state.0.clone()
    }
}

#[derive(serde::Deserialize)]
struct Start {
    #[serde(default)]
    return_to: String,
}

async fn start(login: Login, Query(start): Query<Start>) -> Response {
    login.return_to(&start.return_to).redirect()
}

async fn callback(callback: Callback) -> Result<Response, ApiError> {
    let done = callback.complete(|login| async move {
        assert!(!format!("{login:?}").contains("access-1"));
        match login.tokens().access_token() {
            "of-a-stranger" => Err(ApiError::forbidden("This account is unknown here.")),
            _ => Ok(login.redirect()),
        }
    });
    done.await
}

async fn refresh(State(AppState(client)): State<AppState>) -> Result<String, ApiError> {
    let tokens = client.refresh("refresh-1").await?;
    Ok(format!("{} {}", tokens.access_token(), tokens.refresh_token().unwrap_or("none")))
}

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub(super) struct TestClock(Arc<Mutex<SystemTime>>);

impl TestClock {
    pub(super) fn new() -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        Self(Arc::new(Mutex::new(start)))
    }

    pub(super) fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }

    pub(super) fn as_clock(&self) -> impl Fn() -> SystemTime + Send + Sync + 'static {
        let time = self.0.clone();
        move || *time.lock().unwrap()
    }
}

pub(super) struct Service {
    pub(super) app: Router,
    pub(super) provider: Provider,
    pub(super) recorder: Recorder,
    pub(super) clock: TestClock,
}

pub(super) fn client(provider: &str, clock: &TestClock) -> OAuthClientBuilder {
    OAuthClient::builder("shop")
        .client_secret("s3cret & more")
        .authorization_endpoint("https://id.example/authorize")
        .token_endpoint(format!("{provider}/token"))
        .issuer(ISSUER)
        .redirect_uri("https://shop.example/oauth/callback")
        .scopes(["openid", "email"])
        .cookie_key("kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO")
        .clock(clock.as_clock())
}

impl Service {
    pub(super) async fn start(reply: Reply) -> Self {
        Self::with(reply, |builder| builder).await
    }

    pub(super) async fn with(
        reply: Reply,
        change: fn(OAuthClientBuilder) -> OAuthClientBuilder,
    ) -> Self {
        let (provider, clock) = (Provider::start(reply).await, TestClock::new());
        let client = change(client(&provider.url, &clock)).build().unwrap();
        let recorder = Recorder::default();
        let app = Router::new()
            .route("/oauth/start", on_get(start))
            .route("/oauth/callback", on_get(callback))
            .route("/refresh", on_get(refresh))
            .layer(ApiErrorLayer::new().report(recorder.clone()))
            .with_state(AppState(client));
        Self { app, provider, recorder, clock }
    }

    /// Sends a request with the cookies of a browser, and stores the cookies of the response.
    pub(super) async fn visit(&self, browser: &mut Browser, path: &str) -> Answer {
        let answer = send(self.app.clone(), browser.request(path)).await;
        browser.store(&answer);
        answer
    }

    /// Starts a login, and returns where the provider would send the user back to.
    pub(super) async fn log_in(&self, browser: &mut Browser, return_to: &str) -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(return_to.as_bytes()).collect();
        let path = format!("/oauth/start?return_to={encoded}");
        let answer = self.visit(browser, &path).await;
        assert_eq!(answer.status, 303);
        let location: Url = answer.header("location").unwrap().parse().unwrap();
        let state = location.query_pairs().find(|(name, _)| name == "state").unwrap().1;
        format!("/oauth/callback?code=c0de&state={state}")
    }
}

/// The cookies of a browser.
#[derive(Debug, Clone, Default)]
pub(super) struct Browser {
    pub(super) cookies: Vec<(String, String)>,
}

impl Browser {
    pub(super) fn request(&self, path: &str) -> Request<Body> {
        let mut request = get(path);
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            let value = HeaderValue::from_str(&cookies).unwrap();
            request.headers_mut().insert(header::COOKIE, value);
        }
        request
    }

    fn store(&mut self, answer: &Answer) {
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            // What a browser requires of the prefix `__Host-`.
            assert!(
                set.contains("; Secure") && set.contains("; Path=/") && !set.contains("Domain")
            );
            assert!(set.contains("; HttpOnly") && set.contains("; SameSite=Lax"), "{set}");
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !set.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}
