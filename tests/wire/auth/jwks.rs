//! Tests of keys that a real server publishes, while it rotates them, fails, stalls and floods.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get as on_get;
use definable_errors::auth::jwks::{Jwks, JwksBuilder, JwksError};
use definable_errors::auth::jwt::{AccessClaims, JwtVerifier, Profile};
use expect_test::expect;
use futures_util::stream;
use http::{HeaderMap, StatusCode, header};
use jsonwebtoken::{Algorithm, EncodingKey};
use support::{Answer, bind, send};
use tokio::sync::Notify;
use tower::ServiceExt;

use super::jwt::{app, now};
use super::mint::{NOW, SECRET, encode, signed};
use super::service::with;

/// The behavior of the server.
#[derive(Clone)]
pub(super) enum Mood {
    Serve(String),
    Fail(StatusCode),
    Stall,
    Flood,
    Redirect(String),
    /// Serves the keys with an `ETag`.
    Tagged(String),
    /// Serves the keys once it is notified.
    Wait(Arc<Notify>, String),
}

/// A server that publishes keys.
#[derive(Clone)]
pub(super) struct Server {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    fetches: Arc<AtomicUsize>,
    unchanged: Arc<AtomicUsize>,
}

impl Server {
    pub(super) async fn start(mood: Mood) -> Self {
        let (listener, address) = bind().await;
        let server = Self {
            address,
            mood: Arc::new(Mutex::new(mood)),
            fetches: Arc::default(),
            unchanged: Arc::default(),
        };
        let routes = Router::new().fallback(on_get(keys)).with_state(server.clone());
        tokio::spawn(async { axum::serve(listener, routes).await });
        server
    }

    pub(super) fn turn(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::Relaxed)
    }

    fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    pub(super) fn jwks(&self) -> JwksBuilder {
        Jwks::builder(self.url()).on_failure(|_| ())
    }
}

async fn keys(State(server): State<Server>, headers: HeaderMap) -> Response {
    server.fetches.fetch_add(1, Ordering::Relaxed);
    let mood = server.mood.lock().unwrap().clone();
    match mood {
        Mood::Serve(keys) => keys.into_response(),
        Mood::Fail(status) => status.into_response(),
        Mood::Redirect(to) => Redirect::temporary(&to).into_response(),
        Mood::Tagged(_) if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag == "\"1\"") => {
            server.unchanged.fetch_add(1, Ordering::Relaxed);
            StatusCode::NOT_MODIFIED.into_response()
        }
        Mood::Tagged(keys) => ([(header::ETAG, "\"1\"")], keys).into_response(),
        Mood::Wait(gate, keys) => {
            gate.notified().await;
            keys.into_response()
        }
        Mood::Stall => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
        Mood::Flood => {
            let chunk = || async { Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 8192])) };
            let endless = stream::unfold((), move |()| async move { Some((chunk().await, ())) });
            Body::from_stream(endless).into_response()
        }
    }
}

/// Returns the public key of a test key as a JWK: the last 32 bytes of its PEM.
fn ed25519(id: &str, pem: &str) -> String {
    let line = pem.lines().nth(1).unwrap();
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, line).unwrap();
    let x = encode(&der[der.len() - 32..]);
    format!(r#"{{"kty":"OKP","crv":"Ed25519","use":"sig","kid":"{id}","x":"{x}"}}"#)
}

pub(super) fn first(id: &str) -> String {
    ed25519(id, include_str!("keys/ed25519.pub.pem"))
}

pub(super) fn second(id: &str) -> String {
    ed25519(id, include_str!("keys/other-ed25519.pub.pem"))
}

pub(super) fn set(keys: &[String]) -> Mood {
    Mood::Serve(published(keys))
}

fn published(keys: &[String]) -> String {
    format!("{{\"keys\":[{}]}}", keys.join(","))
}

fn token(id: &str, pem: &[u8]) -> String {
    let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{id}"}}"#);
    let claims = format!(r#"{{"sub":"7","exp":{}}}"#, NOW + 60);
    signed(&header, &claims, Algorithm::EdDSA, &EncodingKey::from_ed_pem(pem).unwrap())
}

pub(super) fn of_first(id: &str) -> String {
    token(id, include_bytes!("keys/ed25519.pem"))
}

pub(super) fn of_second(id: &str) -> String {
    token(id, include_bytes!("keys/other-ed25519.pem"))
}

pub(super) fn service(jwks: &Jwks) -> Router {
    let verifier = JwtVerifier::<AccessClaims>::builder(Profile::general()).keys(jwks.clone());
    app(verifier.clock(now).build().unwrap())
}

pub(super) async fn present(app: &Router, token: &str) -> Answer {
    let answer = send(app.clone(), with("/", &[&format!("Bearer {token}")])).await;
    answer.check();
    answer
}

pub(super) async fn outcome(app: &Router, token: &str) -> String {
    let answer = present(app, token).await;
    if answer.status.is_success() { answer.body } else { answer.code() }
}

#[tokio::test]
async fn keys_are_fetched_once() {
    let server = Server::start(set(&[first("a"), second("b")])).await;
    let app = service(&server.jwks().build().unwrap());
    for _ in 0..20 {
        assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
        assert_eq!(outcome(&app, &of_second("b")).await, "user:7");
    }
    assert_eq!(server.fetches(), 1);
}

#[tokio::test]
async fn rotation_takes_effect_at_once() {
    let server = Server::start(set(&[first("a")])).await;
    let app = service(&server.jwks().build().unwrap());
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    server.turn(set(&[first("a"), second("b")]));
    assert_eq!(outcome(&app, &of_second("b")).await, "user:7");
    server.turn(set(&[second("b")]));
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    assert_eq!(server.fetches(), 2);
}

// The issuer published a new key under an old id.
#[tokio::test]
async fn bad_signature_is_verified_again_with_newer_keys() {
    let server = Server::start(set(&[first("a")])).await;
    let app = service(&server.jwks().build().unwrap());
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    server.turn(set(&[second("a")]));
    assert_eq!(outcome(&app, &of_second("a")).await, "user:7");
    assert_eq!(outcome(&app, &of_first("a")).await, "invalid_token");
    assert!(server.fetches() <= 3);
}

/// As long as the budget lasts, tokens of unknown keys are rejected, since the keys were fetched;
/// after that, it is unknown whether they exist.
#[tokio::test]
async fn a_flood_of_unknown_keys_causes_few_fetches() {
    let server = Server::start(set(&[first("a")])).await;
    let app = service(&server.jwks().build().unwrap());
    let began = Instant::now();
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    let mut refused = 0;
    for id in 0..100 {
        match &*outcome(&app, &of_second(&format!("k{id}"))).await {
            "invalid_token" => refused += 1,
            code => assert_eq!(code, "keys_unavailable"),
        }
        assert_eq!(outcome(&app, &of_second("a")).await, "invalid_token");
    }
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    let most = 3 + more_since(began);
    assert!(server.fetches() <= most, "{}, not {most}", server.fetches());
    assert!((1..=most).contains(&refused), "{refused}");
}

/// Returns the `Retry-After` of the response to a token whose key is unknown.
async fn wait_for_keys(app: &Router, token: &str) -> Duration {
    let answer = present(app, token).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (503, "keys_unavailable"));
    let wait = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    Duration::from_secs(wait)
}

#[tokio::test]
async fn rotation_during_a_flood_is_no_rejection() {
    let made_up = |at: usize| of_second(&format!("made-up-{at}"));
    let bad_signature = |_: usize| of_second("a");
    let other_algorithm = |_: usize| {
        let header = r#"{"alg":"ES256","typ":"JWT","kid":"a"}"#;
        let key = EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap();
        signed(header, &format!(r#"{{"sub":"7","exp":{}}}"#, NOW + 60), Algorithm::ES256, &key)
    };
    let rotated_after = async |flood: &dyn Fn(usize) -> String| {
        let server = Server::start(set(&[first("a")])).await;
        let jwks = server.jwks().refetch(2, Duration::from_secs(2)).build().unwrap();
        let app = service(&jwks);
        jwks.load().await.unwrap();
        for at in 0..10 {
            outcome(&app, &flood(at)).await;
        }
        server.turn(set(&[first("a"), second("b")]));
        (server, app)
    };
    // It is not known yet whether the token is valid. Tokens of known keys are unaffected.
    let (_server, app) = rotated_after(&made_up).await;
    let wait = wait_for_keys(&app, &of_second("b")).await;
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    tokio::time::sleep(wait).await;
    assert_eq!(outcome(&app, &of_second("b")).await, "user:7");
    // Tokens of known keys use up none of the budget that the rotation needs.
    for flood in [&bad_signature as &dyn Fn(usize) -> String, &other_algorithm] {
        let (_server, app) = rotated_after(flood).await;
        assert_eq!(outcome(&app, &of_second("b")).await, "user:7");
    }
}

#[tokio::test]
async fn unknown_key_is_rejected_if_refetching_is_disabled() {
    let server = Server::start(set(&[first("a")])).await;
    let jwks = server.jwks().refetch(0, Duration::from_secs(2)).build().unwrap();
    jwks.load().await.unwrap();
    assert_eq!(outcome(&service(&jwks), &of_second("b")).await, "invalid_token");
}

/// The first fetch was sent before the issuer published the key, and its response came afterwards.
#[tokio::test]
async fn key_that_a_fetch_just_missed_is_fetched_again() {
    let server = Server::start(set(&[first("a")])).await;
    let jwks = server.jwks().refetch(5, Duration::from_secs(3600)).build().unwrap();
    let app = service(&jwks);
    jwks.load().await.unwrap();
    let gate = Arc::new(Notify::new());
    server.turn(Mood::Wait(gate.clone(), published(&[first("a")])));
    let ask = |token: String| {
        let app = app.clone();
        tokio::spawn(async move { outcome(&app, &token).await })
    };
    let stranger = ask(of_second("made-up"));
    while server.fetches() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.turn(set(&[first("a"), second("b")]));
    let good = ask(of_second("b"));
    tokio::time::sleep(Duration::from_millis(200)).await;
    gate.notify_one();
    assert_eq!(stranger.await.unwrap(), "invalid_token");
    assert_eq!(good.await.unwrap(), "user:7");
}

/// Returns how many fetches the budget has regained since `began`: one every thirty seconds.
fn more_since(began: Instant) -> usize {
    usize::try_from(began.elapsed().as_secs() / 30).unwrap()
}

// The budget is independent of whether fetches succeed.
#[tokio::test]
async fn a_flood_against_a_failing_server_causes_few_fetches() {
    let server = Server::start(Mood::Fail(StatusCode::INTERNAL_SERVER_ERROR)).await;
    let app = service(&server.jwks().build().unwrap());
    let began = Instant::now();
    for id in 0..50 {
        assert_eq!(outcome(&app, &of_second(&format!("k{id}"))).await, "keys_unavailable");
    }
    let most = 2 + more_since(began);
    assert!(server.fetches() <= most, "{}, not {most}", server.fetches());
}

#[tokio::test]
async fn unknown_key_is_fetched_once_a_minute() {
    let server = Server::start(set(&[first("a")])).await;
    let jwks = server.jwks().refetch(1000, Duration::from_secs(1)).build().unwrap();
    let app = service(&jwks);
    for _ in 0..10 {
        assert_eq!(outcome(&app, &of_second("b")).await, "invalid_token");
    }
    assert_eq!(server.fetches(), 2);
}

#[tokio::test]
async fn keys_stay_valid_while_their_server_fails() {
    let server = Server::start(set(&[first("a")])).await;
    let jwks = server.jwks().refetch(1000, Duration::from_millis(1)).build().unwrap();
    let app = service(&jwks);
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    for mood in [
        Mood::Fail(StatusCode::INTERNAL_SERVER_ERROR),
        Mood::Fail(StatusCode::NOT_FOUND),
        Mood::Fail(StatusCode::NOT_MODIFIED),
        Mood::Serve("<html>".into()),
        Mood::Serve("{\"keys\":[]}".into()),
        Mood::Serve(format!("{{\"keys\":[{}],\"keys\":[]}}", second("b"))),
        Mood::Flood,
        set(&(0..65).map(|id| second(&id.to_string())).collect::<Vec<_>>()),
    ] {
        server.turn(mood);
        let before = server.fetches();
        assert_eq!(outcome(&app, &of_second("b")).await, "invalid_token");
        assert_eq!(server.fetches(), before + 1);
        assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    }
    server.turn(set(&[second("b")]));
    assert_eq!(outcome(&app, &of_second("b")).await, "user:7");
}

#[tokio::test]
async fn missing_keys_are_no_rejection() {
    let server = Server::start(Mood::Fail(StatusCode::BAD_GATEWAY)).await;
    let app = service(&server.jwks().build().unwrap());
    let found = present(&app, &of_first("a")).await;
    let wait: u64 = found.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait));
    let mut shown = found;
    shown.headers.remove("retry-after");
    shown.body = shown.body.replace(&format!("\"retry_after\":{wait},"), "");
    shown.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "/problems/keys_unavailable"
        title: "Keys unavailable"
        status: 503
        detail: "Keys unavailable"
        instance: "urn:uuid:<id>"
        code: "keys_unavailable"
        request_id: "<id>"
        retryable: true
    "#]]);
}

#[tokio::test]
async fn stalled_server_is_awaited_once() {
    let server = Server::start(Mood::Stall).await;
    let jwks = server.jwks().timeout(Duration::from_secs(2)).build().unwrap();
    let (app, began) = (service(&jwks), Instant::now());
    let ask = |_| {
        let app = app.clone();
        tokio::spawn(async move { outcome(&app, &of_first("a")).await })
    };
    for answer in (0..20).map(ask).collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), "keys_unavailable");
    }
    assert_eq!(server.fetches(), 1);
    assert!(began.elapsed() < Duration::from_secs(20));
}

// A client that disconnects does not cancel the fetch that others wait for.
#[tokio::test]
async fn fetch_outlives_the_request_that_started_it() {
    let gate = Arc::new(Notify::new());
    let server = Server::start(Mood::Wait(gate.clone(), published(&[first("a")]))).await;
    // There is no second fetch: only the first can have returned the keys.
    let app = service(&server.jwks().refetch(1, Duration::from_secs(3600)).build().unwrap());
    let request = with("/", &[&format!("Bearer {}", of_first("a"))]);
    let gone = tokio::spawn(app.clone().oneshot(request));
    while server.fetches() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    gate.notify_one();
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    assert_eq!(server.fetches(), 1);
}

#[tokio::test]
async fn keys_are_refreshed_without_requests() {
    let server = Server::start(Mood::Tagged(published(&[first("a")]))).await;
    let jwks = server.jwks().refresh(Duration::from_millis(50)).build().unwrap();
    jwks.load().await.unwrap();
    while server.unchanged.load(Ordering::Relaxed) < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let app = service(&jwks);
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
    // A rotation is noticed without any token that needs it.
    server.turn(set(&[second("b")]));
    let began = server.fetches();
    while server.fetches() < began + 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    server.turn(Mood::Fail(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(outcome(&app, &of_second("b")).await, "user:7");
}

#[tokio::test]
async fn dropped_keys_are_no_longer_fetched() {
    let server = Server::start(set(&[first("a")])).await;
    let jwks = server.jwks().refresh(Duration::from_millis(20)).build().unwrap();
    jwks.load().await.unwrap();
    drop(jwks);
    // A fetch in flight may still arrive.
    let is_over = async || {
        let before = server.fetches();
        tokio::time::sleep(Duration::from_millis(200)).await;
        server.fetches() == before
    };
    assert!(is_over().await || is_over().await || is_over().await);
}

#[tokio::test]
async fn keys_can_become_too_old() {
    let server = Server::start(set(&[first("a")])).await;
    let fetching = server.jwks().refetch(1000, Duration::from_millis(1));
    let app = service(&fetching.max_stale(Duration::from_millis(500)).build().unwrap());
    // If the machine pauses, they may be too old at once.
    let mut tries = 0..100;
    while outcome(&app, &of_first("a")).await != "user:7" {
        assert!(tries.next().is_some());
    }
    server.turn(Mood::Fail(StatusCode::INTERNAL_SERVER_ERROR));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(outcome(&app, &of_first("a")).await, "keys_unavailable");
}

#[tokio::test]
async fn redirects_are_limited_and_stay_on_the_host() {
    let target = Server::start(set(&[first("a")])).await;
    let server = Server::start(Mood::Redirect(target.url())).await;
    server.jwks().build().unwrap().load().await.unwrap();
    for to in [
        server.url(),
        "http://192.0.2.1/".into(),
        "https://127.0.0.1:9/".into(),
        "file:///etc/passwd".into(),
    ] {
        server.turn(Mood::Redirect(to.clone()));
        let before = server.fetches();
        let error = server.jwks().build().unwrap().load().await.unwrap_err();
        assert_eq!(error.problem().code(), "keys_unavailable", "{to}");
        assert!(server.fetches() - before <= 4, "{to}");
    }
}

// A published secret verifies nothing, and neither does a key for encryption.
#[tokio::test]
async fn keys_that_are_not_for_signatures_verify_nothing() {
    let secret = format!(r#"{{"kty":"oct","alg":"HS256","kid":"s","k":"{}"}}"#, encode(SECRET));
    let encryption = second("e").replace("sig", "enc");
    let server = Server::start(set(&[secret, encryption, first("a")])).await;
    let app = service(&server.jwks().build().unwrap());
    let header = r#"{"alg":"HS256","typ":"JWT","kid":"s"}"#;
    let claims = format!(r#"{{"sub":"7","exp":{}}}"#, NOW + 60);
    let of_secret =
        signed(header, &claims, Algorithm::HS256, &EncodingKey::from_secret(SECRET).unwrap());
    for token in [of_secret, of_second("e")] {
        assert_eq!(outcome(&app, &token).await, "invalid_token");
    }
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
}

// A point that is not on the curve is no key, but the keys beside it are used.
#[tokio::test]
async fn a_point_that_is_not_on_the_curve_verifies_nothing() {
    let (x, y) = (
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    );
    let point = |id: &str, x: &str, y: &str| {
        format!(r#"{{"kty":"EC","crv":"P-256","use":"sig","kid":"{id}","x":"{x}","y":"{y}"}}"#)
    };
    let beside = point("beside", x, &y.replace('x', "y"));
    let nothing = point("nothing", &encode([0; 32]), &encode([0; 32]));
    let server = Server::start(set(&[point("on", x, y), beside, nothing, first("a")])).await;
    let jwks = server.jwks().build().unwrap();
    jwks.load().await.unwrap();
    let known = definable_errors::auth::jwt::Keys::current(&jwks).unwrap();
    let ids: Vec<_> =
        known.keys().iter().filter_map(definable_errors::auth::jwt::Key::id).collect();
    assert_eq!(ids, ["on", "a"]);
    let app = service(&jwks);
    let key = EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap();
    let claims = format!(r#"{{"sub":"7","exp":{}}}"#, NOW + 60);
    for id in ["on", "beside", "nothing"] {
        let header = format!(r#"{{"alg":"ES256","typ":"JWT","kid":"{id}"}}"#);
        let token = signed(&header, &claims, Algorithm::ES256, &key);
        assert_eq!(outcome(&app, &token).await, "invalid_token", "{id}");
    }
    assert_eq!(outcome(&app, &of_first("a")).await, "user:7");
}

#[tokio::test]
async fn urls_in_tokens_are_never_fetched() {
    let evil = Server::start(set(&[second("evil")])).await;
    let server = Server::start(set(&[first("a")])).await;
    let app = service(&server.jwks().build().unwrap());
    for name in ["jku", "x5u", "jwk", "kid"] {
        let header = format!(r#"{{"alg":"EdDSA","{name}":"{}"}}"#, evil.url());
        let key = EncodingKey::from_ed_pem(include_bytes!("keys/other-ed25519.pem")).unwrap();
        let claims = format!(r#"{{"sub":"7","iss":"{}","exp":{}}}"#, evil.url(), NOW + 60);
        let token = signed(&header, &claims, Algorithm::EdDSA, &key);
        assert_eq!(outcome(&app, &token).await, "invalid_token", "{name}");
    }
    assert_eq!(evil.fetches(), 0);
}

#[test]
fn keys_are_fetched_over_tls_or_from_this_machine() {
    for url in ["http://issuer.example/keys", "ftp://127.0.0.1/", "keys", "", "http://10.0.0.1/"] {
        assert_eq!(Jwks::builder(url).build().unwrap_err(), JwksError::Url, "{url}");
    }
    assert!(Jwks::builder("https://issuer.example/keys").build().is_ok());
}
