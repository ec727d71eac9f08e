//! A provider whose endpoints answer what a test sets, and that records what it receives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use http::{HeaderMap, Response, StatusCode};
use support::serve;

/// What an endpoint answers.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    pub(super) delay: Duration,
}

impl Reply {
    pub(super) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        Self { status, headers, body: body.into(), delay: Duration::ZERO }
    }

    pub(super) fn error(status: u16, code: &str) -> Self {
        let description = "the provider's own words";
        let body = format!(r#"{{"error":"{code}","error_description":"{description}"}}"#);
        Self::new(status, body)
    }

    pub(super) fn tokens() -> Self {
        let body = r#"{"access_token":"access-1","token_type":"Bearer","expires_in":300,
            "refresh_token":"refresh-2","id_token":"a.b.c","scope":"openid email"}"#;
        Self::new(200, body)
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

/// A request that an endpoint received.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

#[derive(Debug, Clone)]
pub(super) struct Provider {
    pub(super) url: String,
    reply: Arc<Mutex<Reply>>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Provider {
    pub(super) async fn start(reply: Reply) -> Self {
        let provider = Self {
            url: String::new(),
            reply: Arc::new(Mutex::new(reply)),
            received: Arc::default(),
        };
        let address = serve(Router::new().fallback(answer).with_state(provider.clone())).await;
        Self { url: format!("http://{address}"), ..provider }
    }

    pub(super) fn set(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn answer(State(provider): State<Provider>, request: http::Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    provider.received.lock().unwrap().push(Received {
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let reply = provider.reply.lock().unwrap().clone();
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::builder().status(StatusCode::from_u16(reply.status).unwrap());
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(reply.body.into()).unwrap()
}
