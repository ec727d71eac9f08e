//! Only the valid token is accepted.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::jwt::{AccessClaims, Algorithm, Issuer, JwtVerifier, Key};
use definable_errors::auth::jwt::{Profile, SigningKey};
use definable_errors::auth::{Authenticated, Verify};
use http::header;

use super::exchange::{Exchange, request_with};

const SECRET: &[u8] = b"kJ8s0Zq3Vn5xT1rW7yBd2MfHgLpCuEaO";

static TOKEN: LazyLock<String> = LazyLock::new(|| {
    let key = SigningKey::from_secret(Algorithm::Hs256, SECRET).expect("the secret is strong");
    let issuer = Issuer::new(key).lifetime(Duration::from_secs(24 * 60 * 60)).issuer("https://id");
    let claims = serde_json::json!({ "sub": "ada", "aud": "orders", "client_id": "shop" });
    issuer.issue(claims).expect("the claims are an object").as_str().to_owned()
});

static ROUTER: LazyLock<Router> = LazyLock::new(|| {
    let verifier = JwtVerifier::<AccessClaims>::builder(Profile::general())
        .issuer("https://id")
        .audience("orders")
        .key(Key::from_secret(Algorithm::Hs256, SECRET).expect("the secret is strong"))
        .build()
        .expect("the verifier is complete");
    let verifier: Arc<dyn Verify<AccessClaims>> = Arc::new(verifier);
    Router::new()
        .route("/", get(|_: Authenticated<AccessClaims>| async {}))
        .layer(ApiErrorLayer::new())
        .with_state(verifier)
});

/// Asserts that only the token itself is accepted, and everything else is rejected with a challenge.
///
/// An input whose first byte is even is a whole `Authorization` field; otherwise its other bytes are
/// pairs of a place and a byte that are written over a valid token.
pub fn token(bytes: &[u8]) {
    let Some((mode, rest)) = bytes.split_first() else { return };
    let field = if mode % 2 == 0 { rest.to_vec() } else { edited(rest) };
    let Some(request) = request_with(header::AUTHORIZATION, &field) else { return };
    let answer = Exchange::send(ROUTER.clone(), request);
    if answer.status == 200 {
        assert!(is_the_token(&field), "{:?} is accepted", field.escape_ascii().to_string());
        return;
    }
    assert!(!is_the_token(&field), "the token itself is rejected: {}", answer.text());
    assert!(matches!(answer.status.as_u16(), 400 | 401), "{}", answer.text());
    let code = answer.problem()["code"].clone();
    let codes = ["missing_credentials", "invalid_token", "token_expired", "invalid_authorization"];
    assert!(codes.iter().any(|known| code == *known), "{code}");
    let challenge = answer.header(header::WWW_AUTHENTICATE).unwrap_or_default();
    assert!(challenge.starts_with("Bearer"), "RFC 6750 §3: {challenge}");
}

/// Writes bytes over a field with the token.
fn edited(pairs: &[u8]) -> Vec<u8> {
    let mut field = format!("Bearer {}", *TOKEN).into_bytes();
    for pair in pairs.chunks_exact(3) {
        let place = usize::from(u16::from_be_bytes([pair[0], pair[1]])) % field.len();
        field[place] = pair[2];
    }
    field
}

/// Whether the field is the scheme, in any case, spaces, and the token (RFC 9110 §11.4).
fn is_the_token(field: &[u8]) -> bool {
    let Ok(field) = std::str::from_utf8(field) else { return false };
    let field = field.trim_matches([' ', '\t']);
    let Some((scheme, token)) = field.split_once(' ') else { return false };
    scheme.eq_ignore_ascii_case("bearer") && token.trim_start_matches(' ') == *TOKEN
}
