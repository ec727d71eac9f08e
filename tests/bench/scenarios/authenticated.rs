//! Requests with an access token.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::routing::get;
use definable_errors::auth::jwt::{Algorithm, Issuer, JwtVerifier, Key, Profile, SigningKey};
use definable_errors::auth::{Authenticated, Principal, Verify};
use definable_errors::context::Subject;
use http::request::Parts;
use http::{HeaderValue, Request, StatusCode, header};
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::Deserialize;

use super::request;
use crate::row::Scenario;

pub(crate) const AUTHENTICATED: &str = "success, an HS256 token";

const SECRET: &[u8] = b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

static AUTHORIZATION: LazyLock<HeaderValue> = LazyLock::new(|| {
    let key = SigningKey::from_secret(Algorithm::Hs256, SECRET).expect("a strong secret");
    let token = Issuer::new(key).audience("orders").issue(serde_json::json!({ "sub": "user 7" }));
    let token = token.expect("claims of the caller alone");
    HeaderValue::from_str(&format!("Bearer {}", token.as_str())).expect("a token is ASCII")
});

pub(super) fn hs256() -> Scenario {
    Scenario::new(AUTHENTICATED, 200, presented)
        .row("by hand: an extractor on jsonwebtoken", by_hand)
        .ours(ours, |answer| assert_eq!(answer.body, "user 7"))
}

fn presented() -> Request<Body> {
    let mut request = request::plain();
    request.headers_mut().insert(header::AUTHORIZATION, AUTHORIZATION.clone());
    request
}

#[derive(Deserialize)]
struct User {
    sub: String,
}

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user(&self.sub)
    }
}

fn ours() -> Router {
    let verifier = JwtVerifier::<User>::builder(Profile::general())
        .key(Key::from_secret(Algorithm::Hs256, SECRET).expect("a strong secret"))
        .audience("orders")
        .build();
    let verifier: Arc<dyn Verify<User>> = Arc::new(verifier.expect("a whole verifier"));
    let handler = async |user: Authenticated<User>| user.sub.clone();
    Router::new().route("/orders", get(handler)).with_state(verifier)
}

struct ByHand(User);

struct Keys {
    key: DecodingKey,
    validation: Validation,
}

impl FromRequestParts<Arc<Keys>> for ByHand {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, keys: &Arc<Keys>) -> Result<Self, StatusCode> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer "));
        let token = token.ok_or(StatusCode::UNAUTHORIZED)?;
        let decoded = decode::<User>(token, &keys.key, &keys.validation);
        Ok(Self(decoded.map_err(|_| StatusCode::UNAUTHORIZED)?.claims))
    }
}

fn by_hand() -> Router {
    // An earlier row may have installed it already; it is needed if all back ends are compiled in.
    let _ = jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER.install_default();
    let mut validation = Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.set_audience(&["orders"]);
    validation.validate_nbf = true;
    let key = DecodingKey::from_secret(SECRET).expect("it is not empty");
    let keys = Keys { key, validation };
    let handler = async |ByHand(user): ByHand| user.sub;
    Router::new().route("/orders", get(handler)).with_state(Arc::new(keys))
}
