//! Tests of access tokens by careless issuers and attackers, and of those by another issuer.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::get;
use definable_errors::auth::jwt::{Algorithm, Issuer, SigningKey};
use serde_json::json;
use support::axum_serve;

use crate::server::SECRET;
use crate::{ACME, Answer, Server, User};

fn issuer() -> Issuer {
    Issuer::new(SigningKey::from_secret(Algorithm::Hs256, SECRET.as_bytes()).unwrap())
}

fn signed(issuer: &Issuer) -> String {
    issuer.issue(json!({"id": User::Owner.id()})).unwrap().as_str().to_owned()
}

async fn me(server: &Server, token: &str) -> Answer {
    Answer::to(server.anonymous("GET", "/users/me").bearer_auth(token)).await
}

#[tokio::test]
async fn expired_token_is_reported_only_if_its_signature_is_valid() {
    let server = Server::production();
    let hour_ago = || SystemTime::now() - Duration::from_hours(1);
    let expired = signed(&issuer().clock(hour_ago));
    let answer = me(&server, &expired).await;
    answer.problem(401, "token_expired");
    assert!(answer.header("www-authenticate").contains("error=\"invalid_token\""));
    let (message, _) = expired.rsplit_once('.').unwrap();
    me(&server, &format!("{message}.{}", "A".repeat(43))).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn tokens_of_other_kinds_and_other_secrets_are_invalid() {
    let server = Server::production();
    let other = SigningKey::from_secret(Algorithm::Hs256, b"Zx9CvBnM1qWeRtY2uIoPaSdF3gHjKlQ4");
    let longer = SigningKey::from_secret(Algorithm::Hs512, SECRET.repeat(2).as_bytes());
    let wrong = [
        issuer().typ("JWT"),
        issuer().typ("refresh+jwt"),
        issuer().audience("somebody else"),
        Issuer::new(other.unwrap()),
        Issuer::new(longer.unwrap()),
    ];
    for issuer in wrong {
        me(&server, &signed(&issuer)).await.problem(401, "invalid_token");
    }
    me(&server, &signed(&issuer().typ("application/at+jwt"))).await.json(200);
}

const JWKS: &str = include_str!("keys/issuer.json");

const PEM: &[u8] = include_bytes!("keys/issuer.pem");

/// Serves a key set of another issuer and returns its URL.
async fn published() -> String {
    let routes = Router::new().route("/jwks.json", get(|| async { JWKS }));
    format!("http://{}/jwks.json", axum_serve(routes).await)
}

fn foreign() -> String {
    let key = SigningKey::from_pem(Algorithm::Es256, PEM).unwrap().with_id("one").unwrap();
    signed(&Issuer::new(key))
}

#[tokio::test]
async fn tokens_of_a_published_key_are_accepted_beside_our_own() {
    let server = Server::with(&[("JWKS_URL", &published().await)]);
    me(&server, &foreign()).await.json(200);
    me(&server, &User::Owner.token()).await.json(200);
    me(&server, "a.b.c").await.problem(401, "invalid_token");
    let path = format!("/api/v1/kbs?org_id={ACME}");
    Answer::to(server.anonymous("GET", &path).bearer_auth(foreign())).await.json(200);
    me(&Server::production(), &foreign()).await.problem(401, "invalid_token");
}

#[tokio::test]
async fn failed_fetch_of_keys_is_not_a_client_error() {
    let server = Server::with(&[("JWKS_URL", "http://127.0.0.1:9/jwks.json")]);
    let answer = me(&server, &foreign()).await;
    answer.problem(503, "keys_unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    me(&server, &User::Owner.token()).await.json(200);
}
