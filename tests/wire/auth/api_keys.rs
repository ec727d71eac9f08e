//! Tests of programs that authenticate with an API key, and of internal services with a token.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use axum::routing::get as on_get;
use definable_errors::auth::{
    ApiKey, ApiKeyRecord, ApiKeyState, ApiKeyStore, ApiKeys, InternalToken, InternalTokens,
    NewApiKey, Principal, SecretDigest,
};
use definable_errors::context::Subject;
use definable_errors::error::ApiFuture;
use definable_errors::{ApiError, ApiErrorLayer, Challenge, RequestContext, guard};
use expect_test::expect;
use http::{HeaderName, HeaderValue, Request};
use support::{Answer as Received, get, send};

use super::jwt::now;
use super::mint::SECRET;

#[derive(Clone)]
struct Client(&'static str);

impl Principal for Client {
    fn subject(&self) -> Subject {
        Subject::api_key(self.0)
    }
}

#[derive(Clone, Default)]
struct Table(Arc<AtomicUsize>);

impl ApiKeyStore<Client> for Table {
    fn find<'a>(&'a self, digest: &'a SecretDigest) -> ApiFuture<'a, Option<ApiKeyRecord<Client>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let record = |key: &str, name| ApiKeyRecord::new(SecretDigest::sha256(key), Client(name));
        let known = HashMap::from([
            ("kb_live_ingest", record("kb_live_ingest", "ingest").with_scopes(["kb:write"])),
            (
                "kb_live_timed",
                record("kb_live_timed", "timed").with_expiry(now() + Duration::from_secs(1)),
            ),
            ("kb_live_expired", record("kb_live_expired", "expired").with_expiry(now())),
            ("kb_live_off", record("kb_live_off", "off").with_state(ApiKeyState::Inactive)),
            // A store that finds keys by prefix, or worse.
            ("kb_live_careless", record("kb_live_another", "another")),
        ]);
        if *digest == SecretDigest::sha256("kb_live_unreachable") {
            return ApiFuture::boxed(async {
                Err(ApiError::service_unavailable(Duration::from_secs(5)))
            });
        }
        let found = known.into_iter().find(|(key, _)| SecretDigest::sha256(key) == *digest);
        ApiFuture::ready(Ok(found.map(|(_, record)| record)))
    }
}

#[derive(Clone)]
struct AppState {
    keys: ApiKeys<Client>,
    tokens: InternalTokens,
}

impl FromRef<AppState> for ApiKeys<Client> {
    fn from_ref(state: &AppState) -> Self {
        state.keys.clone()
    }
}

impl FromRef<AppState> for InternalTokens {
    fn from_ref(state: &AppState) -> Self {
        state.tokens.clone()
    }
}

const OTHER: &str = "Zq3Vn5xT1rW7yBd2MfHgLpCuEaOkJ8s0";

fn state(keys: ApiKeys<Client>) -> AppState {
    let tokens = InternalTokens::new([std::str::from_utf8(SECRET).unwrap(), OTHER]).unwrap();
    AppState { keys: keys.clock(now), tokens }
}

async fn name(key: ApiKey<Client>) -> String {
    key.0.to_owned()
}

async fn write(key: ApiKey<Client>) -> Result<(), ApiError> {
    key.require("kb:write")?;
    key.require("kb:delete")
}

async fn internal(_: InternalToken, context: RequestContext) -> String {
    context.subject().unwrap().to_string()
}

fn app(keys: ApiKeys<Client>) -> Router {
    Router::new()
        .route("/", on_get(name))
        .route("/write", on_get(write))
        .route("/internal", on_get(internal))
        .layer(ApiErrorLayer::new())
        .with_state(state(keys))
}

fn with(path: &str, header: &'static str, values: &[&str]) -> Request<Body> {
    let mut request = get(path);
    for value in values {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        request.headers_mut().append(HeaderName::from_static(header), value);
    }
    request
}

async fn answer(path: &str, header: &'static str, values: &[&str]) -> Received {
    let answer = send(app(ApiKeys::new(Table::default())), with(path, header, values)).await;
    answer.check();
    answer
}

#[tokio::test]
async fn known_key_is_accepted() {
    assert_eq!(answer("/", "x-api-key", &["kb_live_ingest"]).await.body, "ingest");
    assert_eq!(answer("/", "x-api-key", &["kb_live_timed"]).await.body, "timed");
}

#[tokio::test]
async fn missing_key_is_challenged_for_an_api_key() {
    answer("/", "x-api-key", &[]).await.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: ApiKey realm="api"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/missing_credentials"
        title: "Missing credentials"
        status: 401
        detail: "Invalid authorization: no credentials were sent."
        instance: "urn:uuid:<id>"
        code: "missing_credentials"
        request_id: "<id>"
    "#]]);
}

// Only the log contains what is wrong with a key
#[tokio::test]
async fn rejected_keys_all_get_the_same_response() {
    let unknown = answer("/", "x-api-key", &["kb_live_unknown"]).await;
    unknown.is(&expect![[r#"
        401 Unauthorized
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        www-authenticate: ApiKey realm="api"
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/invalid_api_key"
        title: "Invalid API key"
        status: 401
        detail: "Invalid or inactive API key"
        instance: "urn:uuid:<id>"
        code: "invalid_api_key"
        request_id: "<id>"
    "#]]);
    let long = "k".repeat(300);
    for key in
        ["kb_live_expired", "kb_live_off", "kb_live_careless", "KB_LIVE_INGEST", "", "ключ", &long]
    {
        let found = answer("/", "x-api-key", &[key]).await;
        assert_eq!(found.to_string(), unknown.to_string(), "{key}");
    }
}

#[tokio::test]
async fn two_keys_are_a_bad_request() {
    let found = answer("/", "x-api-key", &["kb_live_ingest", "kb_live_ingest"]).await;
    assert_eq!((found.status.as_u16(), found.code()), (400, "invalid_authorization".into()));
    assert_eq!(found.header("www-authenticate"), Some("ApiKey realm=\"api\""));
}

#[tokio::test]
async fn failing_store_is_no_rejection() {
    let found = answer("/", "x-api-key", &["kb_live_unreachable"]).await;
    assert_eq!((found.status.as_u16(), found.code()), (503, "service_unavailable".into()));
}

#[tokio::test]
async fn key_is_limited_to_its_scopes() {
    let found = answer("/write", "x-api-key", &["kb_live_ingest"]).await;
    assert_eq!((found.status.as_u16(), found.code()), (403, "insufficient_permissions".into()));
    assert_eq!(found.json()["required"], "kb:delete");
    assert_eq!(found.header("www-authenticate"), None);
}

#[tokio::test]
async fn header_name_is_configurable() {
    let keys = || ApiKeys::new(Table::default()).header(HeaderName::from_static("x-client-key"));
    let found = send(app(keys()), with("/", "x-client-key", &["kb_live_ingest"])).await;
    assert_eq!(found.body, "ingest");
    let found = send(app(keys()), with("/", "x-api-key", &["kb_live_ingest"])).await;
    assert_eq!(found.code(), "missing_credentials");
}

#[tokio::test]
async fn a_key_is_looked_up_once() {
    let table = Table::default();
    let state = state(ApiKeys::new(table.clone()));
    let app = Router::new()
        .route("/", on_get(name))
        .route_layer(guard::from_extractor::<ApiKey<Client>, _>(state.clone()))
        .layer(ApiErrorLayer::new().challenge(Challenge::bearer("orders")))
        .with_state(state);
    let found = send(app.clone(), with("/", "x-api-key", &["kb_live_ingest"])).await;
    assert_eq!((&*found.body, table.0.load(Ordering::Relaxed)), ("ingest", 1));
    let found = send(app, get("/")).await;
    assert_eq!(found.header("www-authenticate"), Some("ApiKey realm=\"orders\""));
}

#[test]
fn new_keys_are_long_and_differ() {
    let (one, two) = (NewApiKey::generate("kb_").unwrap(), NewApiKey::generate("kb_").unwrap());
    assert!(one.as_str() != two.as_str() && one.as_str().len() == 46);
    assert_eq!(one.digest(), SecretDigest::sha256(one.as_str()));
    assert_eq!(format!("{one:?}"), "NewApiKey(…)");
}

#[tokio::test]
async fn internal_services_share_a_token() {
    for token in [std::str::from_utf8(SECRET).unwrap(), OTHER] {
        assert_eq!(
            answer("/internal", "x-internal-token", &[token]).await.body,
            "service:internal"
        );
    }
    for (values, status, code) in [
        (&[][..], 401, "missing_credentials"),
        (&["wrong"][..], 401, "invalid_token"),
        (&[""][..], 401, "invalid_token"),
        (&["ключ"][..], 401, "invalid_token"),
        (&[OTHER, OTHER][..], 400, "invalid_authorization"),
    ] {
        let found = answer("/internal", "x-internal-token", values).await;
        assert_eq!((found.status.as_u16(), found.code()), (status, code.into()), "{values:?}");
        assert_eq!(found.header("www-authenticate"), Some("InternalToken realm=\"api\""));
    }
}

#[test]
fn weak_internal_tokens_are_rejected_at_start() {
    for token in ["", "short", &"a".repeat(40), "changeme-changeme-changeme-changeme"] {
        assert!(InternalTokens::new([token]).is_err(), "{token}");
    }
    assert!(InternalTokens::new::<&str>([]).is_err());
    assert_eq!(format!("{:?}", InternalTokens::new([OTHER]).unwrap()), "InternalTokens(1)");
}
