//! The services that the reference server depends on: one for embeddings, and a provider of logins.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};
use serde_json::{Value, json};
use support::bind;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use super::CANARY;
use crate::runtime::two_threads;

/// A search with these words is rejected by the embeddings service, which is a 502 of ours.
pub(super) const REJECTED: &str = "rejected";

/// A search with these words takes [`SLOW`].
pub(super) const SLOWLY: &str = "slowly";
const SLOW: Duration = Duration::from_millis(400);

/// The code of a login that the provider refuses to exchange.
pub(super) const REFUSED_CODE: &str = "c4n4ry-refused-code";

/// Both services under one address, for as long as this value lives.
pub(super) struct Neighbours {
    url: String,
    _runtime: Runtime,
}

impl Neighbours {
    pub(super) fn start() -> Self {
        let runtime = two_threads();
        let (listener, address) = runtime.block_on(bind());
        let url = format!("http://{address}");
        let routes = Router::new()
            .route("/embed", post(embed))
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/token", post(token))
            .route("/userinfo", get(user))
            .with_state(url.clone());
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Self { url, _runtime: runtime }
    }

    /// Returns the settings with which the reference server uses them.
    pub(super) fn settings(&self) -> [(&'static str, &str); 5] {
        [
            ("EMBEDDINGS_URL", &self.url),
            ("OAUTH_ISSUER", &self.url),
            ("OAUTH_CLIENT_ID", "load"),
            ("OAUTH_CLIENT_SECRET", "c4n4ry-client-secret"),
            ("OAUTH_REDIRECT_URI", "http://127.0.0.1/oauth/callback"),
        ]
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// Returns a vector for each text, or rejects them all. The last text that is searched for decides.
async fn embed(body: String) -> Result<Response, Infallible> {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let texts: Vec<_> = body["inputs"].as_array().into_iter().flatten().collect();
    let has = |word| texts.iter().any(|text| text.as_str().is_some_and(|it| it.contains(word)));
    if has(REJECTED) {
        let reason = json!({"error": format!("{CANARY}-upstream does not accept this")});
        return Ok(answer(StatusCode::BAD_REQUEST, &reason));
    }
    if has(SLOWLY) {
        sleep(SLOW).await;
    }
    let vectors: Vec<_> = texts.iter().map(|_| json!([1.0, 0.5])).collect();
    Ok(answer(StatusCode::OK, &vectors.into()))
}

async fn metadata(State(url): State<String>) -> Response {
    let metadata = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/userinfo"),
    });
    answer(StatusCode::OK, &metadata)
}

async fn token(form: String) -> Response {
    if form.contains(REFUSED_CODE) {
        return answer(StatusCode::BAD_REQUEST, &json!({"error": "invalid_grant"}));
    }
    let access_token = format!("{CANARY}-provider-token");
    let tokens = json!({"access_token": access_token, "token_type": "Bearer", "expires_in": 60});
    answer(StatusCode::OK, &tokens)
}

async fn user() -> Response {
    let user = json!({"sub": "7", "email": "member@acme.test", "email_verified": true});
    answer(StatusCode::OK, &user)
}
