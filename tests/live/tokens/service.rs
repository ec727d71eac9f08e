//! A service of ours that accepts the tokens.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::jwt::{AccessClaims, JwtVerifier, JwtVerifierBuilder, Profile};
use definable_errors::auth::{Authenticated, Verify};
use http::Method;
use support::{axum_serve, send_to, with};

/// A service of ours that responds with the subject of the caller.
#[derive(Debug)]
pub(crate) struct Service {
    address: SocketAddr,
}

/// Returns a builder for the tokens that it accepts: access tokens for `live`.
pub(crate) fn builder() -> JwtVerifierBuilder<AccessClaims> {
    JwtVerifier::builder(Profile::rfc9068()).issuer("https://issuer.test").audience("live")
}

impl Service {
    pub(crate) async fn start(builder: JwtVerifierBuilder<AccessClaims>) -> Self {
        let verifier: Arc<dyn Verify<AccessClaims>> = Arc::new(builder.build().unwrap());
        let routes = Router::new()
            .route(
                "/me",
                on_get(|user: Authenticated<AccessClaims>| async move { user.sub.clone() }),
            )
            .layer(ApiErrorLayer::new())
            .with_state(verifier);
        Self { address: axum_serve(routes).await }
    }

    /// Returns the subject of an accepted token, or the code and the challenge of a rejection:
    /// `invalid_token Bearer realm="api", error="invalid_token", …`.
    pub(crate) async fn asks(&self, token: &str) -> String {
        let credentials = format!("Bearer {token}");
        let request = with(Method::GET, "/me", &[("authorization", &credentials)], "");
        let answer = send_to(self.address, request).await;
        answer.check();
        if answer.status.is_success() {
            return answer.body;
        }
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        format!("{} {} {challenge}", answer.status.as_u16(), answer.code())
    }
}
