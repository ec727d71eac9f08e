//! Tests of tokens that the provider is asked about.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get as on_get;
use definable_errors::ApiErrorLayer;
use definable_errors::auth::{Authenticated, Verify};
use definable_errors::oauth::{IntrospectedToken, Introspection};
use expect_test::expect;
use futures_util::future::join_all;
use http::{Method, Request};
use support::{Answer, send, with};

use super::provider::{Provider, Reply};
use super::service::TestClock;

const ACTIVE: &str =
    r#"{"active":true,"sub":"ada","scope":"kb:read","client_id":"shop","exp":1700000300}"#;

struct Service {
    app: Router,
    provider: Provider,
    clock: TestClock,
}

async fn service(reply: Reply) -> Service {
    let (provider, clock) = (Provider::start(reply).await, TestClock::new());
    let url = format!("{}/introspect", provider.url);
    let verifier = Introspection::<IntrospectedToken>::builder(url)
        .client("orders", "s3cret")
        .timeout(Duration::from_millis(500))
        .clock(clock.as_clock())
        .build()
        .unwrap();
    let verifier: Arc<dyn Verify<IntrospectedToken>> = Arc::new(verifier);
    let me = |caller: Authenticated<IntrospectedToken>| async move { caller.sub.clone() };
    let me = move |caller| async move { me(caller).await.unwrap_or_default() };
    let app = Router::new().route("/me", on_get(me)).layer(ApiErrorLayer::new());
    Service { app: app.with_state(verifier), provider, clock }
}

fn request(token: &str) -> Request<axum::body::Body> {
    let field = format!("Bearer {token}");
    with(Method::GET, "/me", &[("authorization", &field)], "")
}

impl Service {
    async fn call(&self, token: &str) -> Answer {
        send(self.app.clone(), request(token)).await
    }

    fn calls(&self) -> usize {
        self.provider.received().len()
    }
}

#[tokio::test]
async fn active_token_is_accepted() {
    let service = service(Reply::new(200, ACTIVE)).await;
    assert_eq!(service.call("opaque+token").await.body, "ada");
    let [received] = &*service.provider.received() else { panic!("one request") };
    assert_eq!(received.path, "/introspect");
    assert_eq!(received.headers["authorization"], "Basic b3JkZXJzOnMzY3JldA==");
    assert_eq!(received.body, "token=opaque%2Btoken&token_type_hint=access_token");
}

#[tokio::test]
async fn inactive_token_is_refused_with_a_challenge() {
    let service = service(Reply::new(200, r#"{"active":false}"#)).await;
    service.call("revoked").await.is(&expect![[r#"
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
}

#[tokio::test]
async fn outage_is_unavailable_and_never_a_denial() {
    for reply in [
        Reply::new(500, ""),
        Reply::new(503, ""),
        Reply::new(401, r#"{"error":"invalid_client"}"#),
        Reply::new(404, "not here"),
        Reply::new(302, "").header("location", "/login"),
        Reply::new(200, "<html>maintenance</html>"),
        Reply::new(200, r#"{"error":"server_error"}"#),
        Reply::new(200, r#"{"active":"true"}"#),
        Reply::new(200, ACTIVE).after(Duration::from_secs(60)),
    ] {
        let shown = format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body));
        let service = service(reply).await;
        let answer = service.call("token").await;
        let found = (answer.status.as_u16(), answer.code(), answer.header("retry-after"));
        assert_eq!(found, (503, "service_unavailable".into(), Some("5")), "{shown}");
    }
    let service = service(Reply::new(500, "")).await;
    assert_eq!(service.call("token").await.status, 503);
    service.provider.set(Reply::new(200, ACTIVE));
    assert_eq!(service.call("token").await.status, 200, "a failure is not kept");
}

#[tokio::test]
async fn accepted_token_is_kept_for_a_minute_and_never_beyond_its_expiry() {
    let service = service(Reply::new(200, ACTIVE)).await;
    for (wait, calls) in [(0, 1), (59, 1), (1, 2), (59, 2), (1, 3), (60, 4), (60, 5)] {
        service.clock.advance(Duration::from_secs(wait));
        assert_eq!(service.call("token").await.status, 200);
        assert_eq!(service.calls(), calls, "{wait}");
    }
    // 240 seconds have passed; the token expires after 300.
    service.clock.advance(Duration::from_secs(59));
    assert_eq!((service.call("token").await.status.as_u16(), service.calls()), (200, 5));
    service.clock.advance(Duration::from_secs(1));
    assert_eq!((service.call("token").await.status.as_u16(), service.calls()), (401, 6));
}

#[tokio::test]
async fn refused_token_is_kept_for_five_seconds() {
    let service = service(Reply::new(200, r#"{"active":false}"#)).await;
    for (wait, calls) in [(0, 1), (4, 1), (1, 2)] {
        service.clock.advance(Duration::from_secs(wait));
        assert_eq!(service.call("token").await.code(), "invalid_token");
        assert_eq!(service.calls(), calls, "{wait}");
    }
    service.provider.set(Reply::new(200, ACTIVE));
    assert_eq!(service.call("another").await.status, 200);
}

#[tokio::test]
async fn concurrent_requests_with_one_token_share_a_call() {
    let service = service(Reply::new(200, ACTIVE).after(Duration::from_millis(100))).await;
    for answer in join_all((0..50).map(|_| service.call("token"))).await {
        assert_eq!(answer.body, "ada");
    }
    assert_eq!(service.calls(), 1);
}
