//! Tests of WebSocket handshakes: three ways to send a token, origins, and no token in a URL.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{FromRef, OriginalUri, Query, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get as on_get;
use definable_errors::auth::{
    Authenticated, Authenticator, Credentials, QueryTokenLayer, SOCKET_PROTOCOL,
    SocketAuthenticated, SocketPolicy, Verify,
};
use definable_errors::{ApiErrorLayer, Challenge};
use expect_test::expect;
use futures_util::StreamExt;
use http::{HeaderValue, Request, Uri, header};
use serde::Deserialize;
use support::{Answer, connect, get, send};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::service::{Sessions, User};

#[derive(Clone)]
struct AppState {
    verifier: Arc<dyn Verify<User>>,
    policy: SocketPolicy,
}

impl FromRef<AppState> for Arc<dyn Verify<User>> {
    fn from_ref(state: &AppState) -> Self {
        state.verifier.clone()
    }
}

impl FromRef<AppState> for SocketPolicy {
    fn from_ref(state: &AppState) -> Self {
        state.policy.clone()
    }
}

#[derive(Deserialize)]
struct Params {
    token: Option<String>,
    org_id: Option<u64>,
}

/// Sends who opened the socket, and what the handler could see of the URL.
async fn open(
    user: SocketAuthenticated<User>,
    again: Authenticated<User>,
    Query(params): Query<Params>,
    uri: Uri,
    OriginalUri(original): OriginalUri,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Params { token, org_id } = params;
    let seen = format!("{} {} {token:?} {org_id:?} {uri} {original}", user.name, again.name);
    upgrade.protocols([SOCKET_PROTOCOL]).on_upgrade(async move |mut socket: WebSocket| {
        let _ = socket.send(Message::Text(seen.into())).await;
    })
}

fn routes() -> Router {
    verified_by(Arc::new(Sessions::default()))
}

fn verified_by(verifier: Arc<dyn Verify<User>>) -> Router {
    let policy = SocketPolicy::origins(["https://app.example"]).unwrap();
    let state = AppState { verifier, policy };
    Router::new().route("/ws", on_get(open)).layer(ApiErrorLayer::new()).with_state(state)
}

/// Returns the service with support for tokens in the query.
fn app() -> Router {
    routes().layer(QueryTokenLayer::new("token"))
}

fn handshake(path: &str, fields: &[(&'static str, &str)]) -> Request<axum::body::Body> {
    let mut request = get(path);
    let usual = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    for (name, value) in usual.iter().chain(fields) {
        request.headers_mut().append(*name, HeaderValue::from_str(value).unwrap());
    }
    request
}

async fn refused(app: Router, path: &str, fields: &[(&'static str, &str)]) -> Answer {
    let answer = send(app, handshake(path, fields)).await;
    answer.check();
    answer
}

/// Returns the first message of a socket, and the chosen subprotocol.
async fn greeting(
    app: Router,
    path: &str,
    fields: &[(&'static str, &str)],
) -> (String, Option<String>) {
    let mut request = format!("ws://localhost{path}").into_client_request().unwrap();
    for (name, value) in fields {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
    }
    let (mut socket, response) = client_async(request, connect(app).await).await.unwrap();
    let chosen = response.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    let chosen = chosen.map(|chosen| chosen.to_str().unwrap().to_owned());
    (socket.next().await.unwrap().unwrap().into_text().unwrap().to_string(), chosen)
}

#[tokio::test]
async fn token_can_be_sent_in_three_ways() {
    let header = [("authorization", "Bearer good")];
    let (seen, chosen) = greeting(app(), "/ws?org_id=7", &header).await;
    assert_eq!((&*seen, chosen), ("ada ada None Some(7) /ws?org_id=7 /ws?org_id=7", None));

    let protocol = [("sec-websocket-protocol", "bearer, good")];
    let (seen, chosen) = greeting(app(), "/ws", &protocol).await;
    assert_eq!((&*seen, chosen.as_deref()), ("ada ada None None /ws /ws", Some("bearer")));

    let (seen, _) = greeting(app(), "/ws?token=good&org_id=7", &[]).await;
    let path = "/ws?token=redacted&org_id=7";
    assert_eq!(seen, format!("ada ada Some(\"redacted\") Some(7) {path} {path}"));
}

// Browsers send cookies with every handshake, so a token of the page itself is no second one.
#[tokio::test]
async fn cookie_opens_a_socket_unless_the_page_sends_a_token() {
    let with = |credentials| {
        let verifier = Authenticator::new(Sessions::default()).credentials(credentials);
        verified_by(Arc::new(verifier)).layer(QueryTokenLayer::new("token"))
    };
    let app = || with(Credentials::cookie("id"));
    let (seen, chosen) = greeting(app(), "/ws", &[("cookie", "id=good")]).await;
    assert_eq!((&*seen, chosen), ("ada ada None None /ws /ws", None));
    let both = [("cookie", "id=forged"), ("sec-websocket-protocol", "bearer, good")];
    assert!(greeting(app(), "/ws", &both).await.0.starts_with("ada ada"));
    let found = refused(app(), "/ws", &[("cookie", "id=forged")]).await;
    let challenge = r#"Cookie realm="api", cookie-name="id""#;
    assert_eq!(found.header("www-authenticate"), Some(challenge));
    let other = [("cookie", "id=good"), ("origin", "https://evil.example")];
    assert_eq!(refused(app(), "/ws", &other).await.code(), "forbidden");

    let token = with(Credentials::scheme("Token").malformed_status(401));
    let two = [("authorization", "Token good"), ("sec-websocket-protocol", "bearer, good")];
    let found = refused(token, "/ws", &two).await;
    assert_eq!((found.status.as_u16(), found.code()), (401, "invalid_authorization".into()));
}

// The query is ignored without the layer, and outside of handshakes.
#[tokio::test]
async fn token_in_the_query_is_accepted_only_if_enabled() {
    let found = refused(routes(), "/ws?token=good", &[]).await;
    assert_eq!(found.code(), "missing_credentials");
    let found = send(app(), get("/ws?token=good")).await;
    assert_eq!(found.code(), "missing_credentials");
}

#[tokio::test]
async fn rejected_handshake_is_a_problem() {
    refused(app(), "/ws?token=forged", &[]).await.is(&expect![[r#"
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
async fn tokens_sent_in_two_ways_are_a_bad_request() {
    let header = ("authorization", "Bearer good");
    let protocol = ("sec-websocket-protocol", "bearer, good");
    for (path, fields) in [
        ("/ws?token=good", &[header][..]),
        ("/ws?token=good", &[protocol]),
        ("/ws", &[header, protocol]),
        ("/ws", &[header, header]),
        ("/ws", &[protocol, protocol]),
        ("/ws", &[("sec-websocket-protocol", "bearer")]),
        ("/ws", &[("sec-websocket-protocol", "bearer, ")]),
        ("/ws", &[("sec-websocket-protocol", "bearer, a b")]),
        ("/ws?token=good&token=good", &[]),
        ("/ws?token=", &[]),
        ("/ws?token=a%20b", &[]),
        ("/ws?access_token=good", &[header]),
    ] {
        let found = refused(app(), path, fields).await;
        let expected = (400, "invalid_authorization".to_owned());
        assert_eq!((found.status.as_u16(), found.code()), expected, "{path} {fields:?}");
        assert!(found.header("www-authenticate").is_some());
    }
}

#[tokio::test]
async fn subprotocols_without_a_token_are_no_credentials() {
    for protocols in ["chat.v1", "token, good", "Bearer.good", "chat.v1, good"] {
        let found = refused(app(), "/ws", &[("sec-websocket-protocol", protocols)]).await;
        assert_eq!(found.code(), "missing_credentials", "{protocols}");
    }
    let both = [("sec-websocket-protocol", "chat.v1, bearer, good")];
    assert_eq!(greeting(app(), "/ws", &both).await.1.as_deref(), Some("bearer"));
}

// ASVS 4.4.2: a valid token does not help a page of another origin.
#[tokio::test]
async fn only_listed_pages_open_sockets() {
    for origin in ["https://app.example", "http://localhost"] {
        let fields = [("authorization", "Bearer good"), ("origin", origin)];
        assert!(greeting(app(), "/ws", &fields).await.0.starts_with("ada"), "{origin}");
    }
    for origin in [
        // Browsers send origins in lower case.
        "https://APP.example",
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "null",
        "",
        "https://app.example.evil.example",
        "https://evil.example/https://app.example",
        "localhost",
        "https://app.example, https://evil.example",
    ] {
        let fields = [("authorization", "Bearer good"), ("origin", origin)];
        let found = refused(app(), "/ws", &fields).await;
        assert_eq!((found.status.as_u16(), found.code()), (403, "forbidden".into()), "{origin}");
        assert!(origin.is_empty() || !found.body.contains(origin), "{origin}");
    }
    let twice = [("origin", "https://app.example"), ("origin", "https://evil.example")];
    assert_eq!(refused(app(), "/ws", &twice).await.code(), "forbidden");
}

// Nothing inside of the layer can log a token, because it never sees one.
#[tokio::test]
async fn inner_log_sees_no_token() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let seen = log.clone();
    let logged = routes().layer(tower::util::MapRequestLayer::new(
        move |request: Request<axum::body::Body>| {
            let original = request.extensions().get::<OriginalUri>().map(|uri| uri.0.to_string());
            seen.lock().unwrap().push(format!("{} {original:?} {request:?}", request.uri()));
            request
        },
    ));
    let app = logged.layer(QueryTokenLayer::new("token"));
    for path in
        ["/ws?token=canary-1", "/ws?a=b&%74oken=canary-1", "/ws?token=canary-1&token=canary-1"]
    {
        refused(app.clone(), path, &[]).await;
        let _ = send(app.clone(), get(path)).await;
    }
    let log = log.lock().unwrap().join("\n");
    assert!(log.contains("redacted") && !log.contains("canary"), "{log}");
}

#[tokio::test]
async fn rejected_handshake_names_the_services_realm() {
    let state = AppState { verifier: Arc::new(Sessions::default()), policy: SocketPolicy::new() };
    let layer = ApiErrorLayer::new().challenge(Challenge::bearer("orders"));
    let app = Router::new().route("/ws", on_get(open)).layer(layer).with_state(state);
    let found = refused(app, "/ws", &[]).await;
    assert_eq!(found.header("www-authenticate"), Some("Bearer realm=\"orders\""));
}

#[test]
fn text_that_is_no_origin_is_rejected_as_cors_rejects_it() {
    for text in ["*", "null", "", "app.example", "https://app.example/", "https://App.example"] {
        let socket = SocketPolicy::origins([text]).unwrap_err();
        let cors = definable_errors::cors::Cors::origins([text]).unwrap_err();
        assert_eq!(socket, cors);
        assert!(socket.to_string().starts_with("expected an origin, "), "{socket}");
    }
}
