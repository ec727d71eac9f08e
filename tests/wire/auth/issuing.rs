//! Tests of a service that logs its users in with access tokens and single-use refresh tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get as on_get;
use definable_errors::auth::jwt::{Algorithm, Issuer, SigningKey};
use definable_errors::auth::{
    MemoryRefreshStore, RefreshRecord, RefreshStore, RefreshTokens, Rotation, SecretDigest,
};
use definable_errors::error::ApiFuture;
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use support::{Answer as Received, get, send};

use super::jwt::{now, original, present};
use super::mint::{NOW, SECRET};

fn issuer() -> Issuer {
    Issuer::new(SigningKey::from_secret(Algorithm::Hs256, SECRET).unwrap()).clock(now)
}

#[tokio::test]
async fn an_issued_token_is_accepted() {
    let token = issuer().issue(serde_json::json!({ "id": "7" })).unwrap();
    assert_eq!(present(original(), token.as_str()).await.body, "user:7");
}

// A token of another type is no access token
#[tokio::test]
async fn token_of_another_type_is_no_access_token() {
    for kind in ["ticket+jwt", "refresh+jwt", "reset+jwt"] {
        let token = issuer().typ(kind).issue(serde_json::json!({ "id": "7" })).unwrap();
        assert_eq!(present(original(), token.as_str()).await.code(), "invalid_token", "{kind}");
    }
}

#[derive(Clone)]
struct Service {
    tokens: RefreshTokens,
    time: Arc<AtomicU64>,
}

fn service() -> Service {
    let time = Arc::new(AtomicU64::new(NOW));
    let clock = time.clone();
    let tokens = RefreshTokens::new(MemoryRefreshStore::new(100))
        .lifetime(Duration::from_secs(100))
        .login_lifetime(Duration::from_secs(250))
        .clock(move || SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed)));
    Service { tokens, time }
}

async fn refresh(
    State(tokens): State<RefreshTokens>,
    Path(token): Path<String>,
) -> Result<String, ApiError> {
    let refreshed = tokens.rotate(&token).await?;
    Ok(format!("{} {}", refreshed.subject(), refreshed.token().as_str()))
}

impl Service {
    async fn exchange(&self, token: &str) -> Received {
        let app = Router::new()
            .route("/{token}", on_get(refresh))
            .layer(ApiErrorLayer::new())
            .with_state(self.tokens.clone());
        let answer = send(app, get(&format!("/{token}"))).await;
        answer.check();
        answer
    }

    /// Exchanges `token` and returns the next one.
    async fn next(&self, token: &str) -> String {
        let answer = self.exchange(token).await;
        answer.body.strip_prefix("7 ").unwrap().to_owned()
    }
}

#[tokio::test]
async fn refresh_token_works_once_and_reuse_ends_the_login() {
    let service = service();
    let first = service.tokens.issue("7").await.unwrap();
    assert_eq!(first.as_str().len(), 43);
    let second = service.next(first.as_str()).await;
    let third = service.next(&second).await;
    let other = service.tokens.issue("7").await.unwrap();
    service.exchange(&second).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: Bearer realm="api", error="invalid_token"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/invalid_token"
        title: "Invalid token"
        status: 401
        detail: "Invalid or expired token"
        instance: "urn:uuid:<id>"
        code: "invalid_token"
        request_id: "<id>"
    "#]]);
    for token in [first.as_str(), &second, &third] {
        assert_eq!(service.exchange(token).await.code(), "invalid_token");
    }
    service.next(other.as_str()).await;
}

#[tokio::test]
async fn unusable_tokens_all_get_the_same_response() {
    let service = service();
    let token = service.tokens.issue("7").await.unwrap();
    let expected = service.exchange("unknown").await.to_string();
    service.tokens.revoke(token.as_str()).await.unwrap();
    for text in [token.as_str(), &"A".repeat(43), "a.b.c", "%20"] {
        assert_eq!(service.exchange(text).await.to_string(), expected, "{text}");
    }
}

#[tokio::test]
async fn unused_tokens_and_logins_expire() {
    let service = service();
    let pass = |seconds| service.time.fetch_add(seconds, Ordering::Relaxed);
    let unused = service.tokens.issue("7").await.unwrap();
    pass(100);
    assert_eq!(service.exchange(unused.as_str()).await.code(), "invalid_token");

    let mut token = service.tokens.issue("7").await.unwrap().as_str().to_owned();
    for _ in 0..3 {
        pass(80);
        token = service.next(&token).await;
    }
    pass(9);
    token = service.next(&token).await;
    pass(1);
    assert_eq!(service.exchange(&token).await.code(), "invalid_token");
}

// If two requests use one token at once, one succeeds and the other one counts as a theft.
#[tokio::test]
async fn only_one_of_two_simultaneous_requests_succeeds() {
    let service = service();
    let token = service.tokens.issue("7").await.unwrap();
    let both =
        tokio::join!(service.tokens.rotate(token.as_str()), service.tokens.rotate(token.as_str()));
    let won = usize::from(both.0.is_ok()) + usize::from(both.1.is_ok());
    assert_eq!(won, 1);
}

struct Unreachable;

impl RefreshStore for Unreachable {
    fn insert(&self, _: RefreshRecord) -> ApiFuture<'_, ()> {
        ApiFuture::ready(Err(ApiError::internal_error()))
    }

    fn rotate<'a>(
        &'a self,
        _: &'a SecretDigest,
        _: Rotation,
    ) -> ApiFuture<'a, Option<RefreshRecord>> {
        ApiFuture::ready(Err(ApiError::service_unavailable(Duration::from_secs(1))))
    }

    fn revoke<'a>(&'a self, _: &'a SecretDigest) -> ApiFuture<'a, ()> {
        ApiFuture::ready(Err(ApiError::internal_error()))
    }
}

#[tokio::test]
async fn failing_store_is_no_rejection() {
    let tokens = RefreshTokens::new(Unreachable);
    assert!(tokens.issue("7").await.unwrap_err().problem().status().is_server_error());
    let error = tokens.rotate(&"A".repeat(43)).await.unwrap_err();
    assert_eq!(error.problem().code(), "service_unavailable");
}
