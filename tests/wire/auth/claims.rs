//! Tests of the claims about the issuer, the audience and the login, and of their encoding.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::auth::jwt::{AccessClaims, JwtVerifier, Profile};
use definable_errors::auth::{Authenticated, Verify};
use definable_errors::error::BearerError;
use definable_errors::{ApiError, ApiErrorLayer, Challenge};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use support::{Answer, send};

use super::jwt::{now, present, secret};
use super::mint::{NOW, SECRET, encode, signature, token};
use super::service::with;

const HEADER: &str = r#"{"typ":"at+jwt","alg":"HS256"}"#;

fn verifier() -> JwtVerifier<AccessClaims> {
    let builder = JwtVerifier::builder(Profile::rfc9068()).key(secret()).clock(now);
    builder.issuer("https://issuer.example").audience("kb").build().unwrap()
}

/// Returns an access token that is valid except for one claim.
fn with_claim(name: &str, value: Value) -> String {
    let mut claims = json!({
        "iss": "https://issuer.example", "aud": "kb", "sub": "7", "client_id": "app", "jti": "1",
        "iat": NOW, "exp": NOW + 60,
    });
    claims[name] = value;
    token(HEADER, &claims.to_string())
}

// A key belongs to its issuer, whose name is compared exactly.
#[tokio::test]
async fn token_of_another_issuer_is_rejected_despite_the_right_key() {
    let right = with_claim("iss", json!("https://issuer.example"));
    assert_eq!(present(verifier(), &right).await.body, "user:7");
    for issuer in [
        json!("https://issuer.example/"),
        json!("https://ISSUER.example"),
        json!("http://issuer.example"),
        json!("https://issuer.example "),
        json!("https://evil.example"),
        json!(""),
        json!(["https://issuer.example"]),
        json!({"https://issuer.example": true}),
    ] {
        let found = present(verifier(), &with_claim("iss", issuer.clone())).await;
        assert_eq!(found.code(), "invalid_token", "{issuer}");
    }
}

// The audience has to contain this service.
#[tokio::test]
async fn token_for_another_audience_is_rejected() {
    for audience in [json!("kb"), json!(["kb"]), json!(["other", "kb"])] {
        let found = present(verifier(), &with_claim("aud", audience.clone())).await;
        assert_eq!(found.body, "user:7", "{audience}");
    }
    for audience in [
        json!("kb2"),
        json!("KB"),
        json!("kb "),
        json!("other kb"),
        json!(""),
        json!([]),
        json!(["other"]),
        json!([["kb"]]),
        json!({"kb": true}),
        Value::Null,
    ] {
        let found = present(verifier(), &with_claim("aud", audience.clone())).await;
        assert_eq!(found.code(), "invalid_token", "{audience}");
    }
}

// Header and claims are UTF-8, signed or not.
#[tokio::test]
async fn token_that_is_not_utf_8_is_invalid() {
    let claims = with_claim("sub", json!("7"));
    let (header, claims) = (HEADER.as_bytes(), claims.split('.').nth(1).unwrap());
    let broken = [&header[..2], b"\xff", &header[2..]].concat();
    for part in [broken, b"\xff\xfe{\0}\0".to_vec(), b"\xef\xbb\xbf{\"alg\":\"HS256\"}".to_vec()] {
        let message = format!("{}.{claims}", encode(part));
        let sign =
            signature(&message, Algorithm::HS256, &EncodingKey::from_secret(SECRET).unwrap());
        let found = present(verifier(), &format!("{message}.{}", encode(sign))).await;
        assert_eq!(found.code(), "invalid_token");
    }
}

/// Requires a second factor that is at most one minute old.
async fn pay(user: Authenticated<AccessClaims>) -> Result<&'static str, ApiError> {
    let is_strong = user.acr.as_deref() == Some("urn:mfa");
    let is_fresh = user.auth_time.is_some_and(|time| time + 60 >= NOW);
    if is_strong && is_fresh {
        return Ok("paid");
    }
    let challenge = Challenge::DEFAULT
        .with_error(BearerError::InsufficientUserAuthentication)
        .and_then(|challenge| challenge.with_acr_values("urn:mfa"))
        .and_then(|challenge| challenge.with_max_age(Duration::from_secs(60)));
    Err(ApiError::insufficient_user_authentication().with_challenge(challenge.unwrap()))
}

async fn paid(login: Value) -> Answer {
    let mut claims = json!({
        "iss": "https://issuer.example", "aud": "kb", "sub": "7", "client_id": "app", "jti": "1",
        "iat": NOW, "exp": NOW + 60,
    });
    claims.as_object_mut().unwrap().extend(login.as_object().unwrap().clone());
    let verifier: Arc<dyn Verify<AccessClaims>> = Arc::new(verifier());
    let app =
        Router::new().route("/", on_get(pay)).layer(ApiErrorLayer::new()).with_state(verifier);
    let token = token(HEADER, &claims.to_string());
    let answer = send(app, with("/", &[&format!("Bearer {token}")])).await;
    answer.check();
    answer
}

// The token contains how strong and how recent the login was.
#[tokio::test]
async fn weak_or_old_login_gets_a_step_up_challenge() {
    assert_eq!(paid(json!({"acr": "urn:mfa", "auth_time": NOW - 60})).await.body, "paid");
    for login in [
        json!({}),
        json!({"acr": "urn:password", "auth_time": NOW}),
        json!({"acr": "urn:mfa", "auth_time": NOW - 61}),
        json!({"acr": "urn:mfa"}),
    ] {
        let answer = paid(login.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (401, "insufficient_user_authentication".into())
        );
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.ends_with("acr_values=\"urn:mfa\", max_age=\"60\""), "{login}");
    }
    assert_eq!(paid(json!({"acr": 7})).await.code(), "invalid_token");
    assert_eq!(paid(json!({"auth_time": "now"})).await.code(), "invalid_token");
}
