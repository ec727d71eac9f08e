//! Credentials of callers, with a canary in every place.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use axum::routing::get as on_get;
use definable_errors::ApiError;
use definable_errors::auth::jwt::{JwtVerifier, LegacyClaims, Profile};
use definable_errors::auth::{
    ApiKey, ApiKeyRecord, ApiKeyStore, ApiKeys, Authenticated, Authenticator, Bearer, Credentials,
    InternalToken, InternalTokens, MemoryRefreshStore, QueryTokenLayer, RefreshTokens,
    SecretDigest, SocketAuthenticated, SocketPolicy, Verify,
};
use http::{HeaderValue, Request};
use support::get;

use super::error_sources::{CANARY, Inner};
use crate::auth::jwt::{now, secret};
use crate::auth::mint::{HEADER, SECRET, claims, token};
use definable_errors::error::ApiFuture;

/// A verifier that fails for the known token, with all secrets in its notes.
struct Verifier(JwtVerifier<LegacyClaims>);

impl Verify<LegacyClaims> for Verifier {
    fn verify<'a>(&'a self, token: &'a Bearer) -> ApiFuture<'a, LegacyClaims> {
        match token.as_str() {
            "known" => ApiFuture::ready(Err(ApiError::internal_error()
                .with_source(Inner("the sessions"))
                .with_note(CANARY))),
            _ => self.0.verify(token),
        }
    }
}

struct Keys;

impl ApiKeyStore<LegacyClaims> for Keys {
    fn find<'a>(
        &'a self,
        _: &'a SecretDigest,
    ) -> ApiFuture<'a, Option<ApiKeyRecord<LegacyClaims>>> {
        ApiFuture::ready(Ok(None))
    }
}

#[derive(Clone)]
struct AppState;

impl FromRef<AppState> for Arc<dyn Verify<LegacyClaims>> {
    fn from_ref(_: &AppState) -> Self {
        let builder = JwtVerifier::builder(Profile::legacy_hs256()).key(secret()).clock(now);
        Arc::new(Verifier(builder.build().unwrap()))
    }
}

/// A state whose verifier reads every kind of credentials.
fn everywhere() -> Arc<dyn Verify<LegacyClaims>> {
    let builder = JwtVerifier::builder(Profile::legacy_hs256()).key(secret()).clock(now);
    let credentials = Credentials::first_of([
        Credentials::scheme("Token"),
        Credentials::header("x-session"),
        Credentials::cookie("id"),
    ]);
    let verifier = Verifier(builder.build().unwrap());
    Arc::new(Authenticator::new(verifier).credentials(credentials))
}

impl FromRef<AppState> for ApiKeys<LegacyClaims> {
    fn from_ref(_: &AppState) -> Self {
        Self::new(Keys)
    }
}

impl FromRef<AppState> for InternalTokens {
    fn from_ref(_: &AppState) -> Self {
        Self::new([std::str::from_utf8(SECRET).unwrap()]).unwrap()
    }
}

impl FromRef<AppState> for SocketPolicy {
    fn from_ref(_: &AppState) -> Self {
        Self::new()
    }
}

pub(super) fn routes() -> Router {
    let refresh = || async {
        RefreshTokens::new(MemoryRefreshStore::new(1)).rotate(CANARY).await.map(|_| ())
    };
    Router::new()
        .route("/token", on_get(|_: Authenticated<LegacyClaims>| async {}))
        .route(
            "/everywhere",
            on_get(|_: Authenticated<LegacyClaims>| async {}).with_state(everywhere()),
        )
        .route("/key", on_get(|_: ApiKey<LegacyClaims>| async {}))
        .route("/internal", on_get(|_: InternalToken| async {}))
        .route("/socket", on_get(|_: SocketAuthenticated<LegacyClaims>| async {}))
        .route("/refresh", on_get(refresh))
        .layer(QueryTokenLayer::new("token"))
        .with_state(AppState)
}

pub(super) fn requests() -> Vec<Request<Body>> {
    let with = |path: &str, name: &'static str, value: &str| {
        let mut request = get(path);
        request.headers_mut().insert(name, HeaderValue::from_str(value).unwrap());
        request.headers_mut().insert("upgrade", HeaderValue::from_static("websocket"));
        request
    };
    let header = format!(r#"{{"alg":"HS256","kid":"{CANARY}","{CANARY}":"{CANARY}"}}"#);
    let unknown = header.replace("HS256", CANARY);
    let mut tokens = vec![CANARY.to_owned(), "known".to_owned(), token(&unknown, &claims(""))];
    let bodies = [
        format!(r#","aud":"{CANARY}""#),
        format!(r#","cnf":"{CANARY}""#),
        format!(r#","nbf":"{CANARY}""#),
        format!(r#","{CANARY}":1,"{CANARY}":2"#),
        CANARY.to_owned(),
    ];
    tokens.extend(bodies.iter().map(|more| token(&header, &claims(more))));
    tokens.push(token(HEADER, &format!(r#"{{"id":["{CANARY}"],"exp":1}}"#)));
    let mut requests: Vec<_> = tokens
        .iter()
        .map(|token| with("/token", "authorization", &format!("Bearer {token}")))
        .collect();
    requests.extend([
        with("/token", "authorization", CANARY),
        with("/token", "authorization", &format!("Bearer {CANARY} {CANARY}")),
        with("/token", "authorization", &format!("{CANARY} x")),
        with(&format!("/token?access_token={CANARY}"), "authorization", "Bearer a"),
        with("/key", "x-api-key", CANARY),
        with("/internal", "x-internal-token", CANARY),
        with("/socket", "sec-websocket-protocol", &format!("bearer, {CANARY}")),
        with("/socket", "origin", &format!("https://{CANARY}.example")),
        with(&format!("/socket?token={CANARY}"), "x-own", "1"),
        with(&format!("/socket?token={CANARY}&token={CANARY}"), "x-own", "1"),
        with("/everywhere", "authorization", &format!("Token {CANARY}")),
        with("/everywhere", "authorization", &format!("Token {CANARY} {CANARY}")),
        with("/everywhere", "x-session", CANARY),
        with("/everywhere", "x-session", &format!("{CANARY} {CANARY}")),
        with("/everywhere", "cookie", &format!("id={CANARY}")),
        with("/everywhere", "cookie", &format!("id={CANARY} {CANARY}")),
        with("/everywhere", "cookie", &format!("id={CANARY}; id=x")),
        with("/everywhere", "cookie", "id=known"),
        get("/refresh"),
    ]);
    requests
}
