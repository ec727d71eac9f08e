use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::jwt::{AccessClaims, JwtVerifier, JwtVerifierBuilder, Profile};
use definable_errors::auth::{Authenticated, Verify};
use reqwest::{Client, header};
use serde_json::Value;
use tokio::net::TcpListener;

/// A service of ours that responds with the subject of the caller.
#[derive(Debug)]
pub(crate) struct Service {
    address: SocketAddr,
    client: Client,
}

/// Returns a builder for the tokens that it accepts: access tokens for `live`.
pub(crate) fn builder() -> JwtVerifierBuilder<AccessClaims> {
    JwtVerifier::builder(Profile::rfc9068()).issuer("https://issuer.test").audience("live")
}

impl Service {
    pub(crate) async fn start(builder: JwtVerifierBuilder<AccessClaims>) -> Self {
        let verifier: Arc<dyn Verify<AccessClaims>> = Arc::new(builder.build().unwrap());
        let routes = Router::new()
            .route("/me", get(|user: Authenticated<AccessClaims>| async move { user.sub.clone() }))
            .layer(ApiErrorLayer::new())
            .with_state(verifier);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async { axum::serve(listener, routes).await });
        let client = Client::builder().no_proxy().build().unwrap();
        Self { address, client }
    }

    /// Returns the subject of an accepted token, or the code and the challenge of a rejection:
    /// `invalid_token Bearer realm="api", error="invalid_token", …`.
    pub(crate) async fn asks(&self, token: &str) -> String {
        let request = self.client.get(format!("http://{}/me", self.address)).bearer_auth(token);
        let response = request.send().await.unwrap();
        let status = response.status();
        let challenge = response.headers().get(header::WWW_AUTHENTICATE).cloned();
        let body = response.text().await.unwrap();
        if status.is_success() {
            return body;
        }
        let problem: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["status"], status.as_u16(), "{body}");
        let challenge = challenge.as_ref().map_or("", |challenge| challenge.to_str().unwrap());
        format!("{} {} {challenge}", status.as_u16(), problem["code"].as_str().unwrap())
    }
}
