//! Tests that every status has its required header, whichever layer wrote the body.

use std::convert::Infallible;

use axum::extract::WebSocketUpgrade;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get as on_get, post};
use axum::{Extension, Json, Router};
use definable_errors::router::{GuardedRouter, Public, documented, undocumented};
use definable_errors::{ApiErrorLayer, Challenge, Passthrough};
use http::{HeaderName, Method, StatusCode, Version, header};
use support::{Answer, get, request, send};

fn status(axum::extract::Path(status): axum::extract::Path<u16>) -> StatusCode {
    StatusCode::from_u16(status).unwrap()
}

fn routes() -> Router {
    Router::new()
        .route("/json/{status}", any(async |path| (status(path), Json("own"))))
        .route("/html/{status}", any(async |path| (status(path), axum::response::Html("own"))))
        .route("/far/{status}", any(async |path| (status(path), Extension(Passthrough), "far")))
}

async fn answer(layer: ApiErrorLayer, path: &str) -> Answer {
    send(routes().layer(layer), get(path)).await
}

#[tokio::test]
async fn body_that_is_left_alone_gets_the_header_that_its_status_requires() {
    let required = [
        (401, "www-authenticate", "Bearer realm=\"api\""),
        (407, "proxy-authenticate", "Bearer realm=\"api\""),
        (426, "upgrade", "websocket"),
        (429, "retry-after", "1"),
    ];
    for (status, name, value) in required {
        for kind in ["json", "html"] {
            let found = answer(ApiErrorLayer::new(), &format!("/{kind}/{status}")).await;
            found.check();
            assert!(found.body.contains("own"), "{status}");
            assert_eq!(found.headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{status}");
        }
    }
}

#[tokio::test]
async fn challenge_of_a_body_that_is_left_alone_is_the_services_own() {
    let layer = ApiErrorLayer::new().challenge(Challenge::basic("shop"));
    let found = answer(layer, "/json/401").await;
    assert_eq!(found.header("www-authenticate"), Some("Basic realm=\"shop\", charset=\"UTF-8\""));
}

#[tokio::test]
async fn passthrough_gets_no_required_header() {
    for status in [401, 405, 407, 426, 429] {
        let found = answer(ApiErrorLayer::new(), &format!("/far/{status}")).await;
        assert_eq!(found.body, "far");
        let names = ["www-authenticate", "proxy-authenticate", "upgrade", "retry-after", "allow"];
        assert!(names.iter().all(|name| !found.headers.contains_key(*name)), "{status}");
    }
}

#[tokio::test]
async fn headers_of_a_body_that_is_left_alone_stay() {
    let laden = |status: u16, name: HeaderName, value: &'static str| {
        let status = StatusCode::from_u16(status).unwrap();
        on_get(move || async move { (status, [(name, value)], Json("own")) })
    };
    let app = Router::new()
        .route("/401", laden(401, header::WWW_AUTHENTICATE, "Basic realm=\"own\""))
        .route("/429", laden(429, header::RETRY_AFTER, "77"))
        .route("/405", laden(405, header::ALLOW, "PUT"))
        .layer(ApiErrorLayer::new());
    for (path, name, value) in [
        ("/401", "www-authenticate", "Basic realm=\"own\""),
        ("/429", "retry-after", "77"),
        ("/405", "allow", "PUT"),
    ] {
        let found = send(app.clone(), get(path)).await;
        assert_eq!(found.headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{path}");
    }
}

#[tokio::test]
async fn other_statuses_get_no_required_header() {
    for status in [400, 403, 404, 409, 413, 422, 500, 502, 503] {
        let found = answer(ApiErrorLayer::new(), &format!("/json/{status}")).await;
        let mut names: Vec<_> = found.headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-length", "content-type", "date", "x-request-id"], "{status}");
    }
}

fn sockets() -> Router {
    let upgrade = |upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(|_| async {}) };
    Router::new().route("/", any(upgrade)).layer(ApiErrorLayer::new())
}

#[tokio::test]
async fn web_socket_of_another_method_lists_the_one_it_has() {
    for method in [Method::POST, Method::HEAD, Method::DELETE] {
        let found = send(sockets(), request(method.clone(), "/")).await;
        found.check();
        assert_eq!((found.status.as_u16(), found.header("allow")), (405, Some("GET")), "{method}");
    }
    // HTTP/2 opens a WebSocket by CONNECT (RFC 8441).
    let mut sent = get("/");
    *sent.version_mut() = Version::HTTP_2;
    let response = tower::ServiceExt::oneshot(sockets(), sent).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["allow"]),
        (405, &"CONNECT".parse().unwrap())
    );
}

#[tokio::test]
async fn web_socket_of_another_version_lists_the_one_it_has() {
    for version in [Some("8"), Some("14, 7"), None] {
        let mut sent = get("/");
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        let version = version.map(|version| ("sec-websocket-version", version));
        for (name, value) in headers.into_iter().chain(version) {
            sent.headers_mut().insert(name, value.parse().unwrap());
        }
        let found = send(sockets(), sent).await;
        assert_eq!(found.code(), "bad_request");
        assert_eq!(found.header("sec-websocket-version"), Some("13"));
    }
    let found = send(sockets(), get("/")).await;
    assert_eq!((found.status.as_u16(), found.header("sec-websocket-version")), (400, None));
}

async fn not_allowed(_: Public) -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

async fn not_allowed_in_json(_: Public) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, Json("own")).into_response()
}

async fn socket(_: Public, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|_| async {})
}

fn guarded() -> GuardedRouter {
    GuardedRouter::new()
        .get("/bare", not_allowed)
        .post("/bare", undocumented(not_allowed_in_json))
        .any("/any", not_allowed)
        .get("/socket", documented::<Infallible, _>(socket))
}

#[tokio::test]
async fn handlers_405_on_a_guarded_router_lists_the_methods_of_its_path() {
    let more = GuardedRouter::new().delete("/bare", not_allowed);
    let nested =
        GuardedRouter::new().nest("/api", guarded().merge(more)).put("/api/bare", not_allowed);
    let app = Router::new().nest("/v1", nested.into_router()).layer(ApiErrorLayer::new());
    let all = Some("GET,HEAD,POST,DELETE,PUT");
    for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::PUT] {
        let found = send(app.clone(), request(method.clone(), "/v1/api/bare")).await;
        found.check();
        assert_eq!((found.status.as_u16(), found.header("allow")), (405, all), "{method}");
    }
    let posted = send(app.clone(), request(Method::POST, "/v1/api/bare")).await;
    assert_eq!(posted.body, "\"own\"");
    // A route for any method has no list.
    assert_eq!(send(app.clone(), get("/v1/api/any")).await.header("allow"), None);
    // The extractor's own list takes precedence over the table.
    let socket = send(app, request(Method::HEAD, "/v1/api/socket")).await;
    assert_eq!(socket.header("allow"), Some("GET"));
}

#[tokio::test]
async fn allow_of_axums_own_405_stays_complete() {
    let plain = Router::new()
        .route("/plain", on_get(|| async {}).post(not_allowed))
        .route("/plain", axum::routing::put(|| async {}));
    let app = plain
        .merge(guarded())
        .route("/bare", axum::routing::patch(|| async {}))
        .route("/made", post(|| async {}).fallback(|| async { StatusCode::METHOD_NOT_ALLOWED }))
        .layer(ApiErrorLayer::new());
    for (path, allowed) in
        [("/plain", "GET,HEAD,POST,PUT"), ("/bare", "GET,HEAD,POST,PATCH"), ("/made", "POST")]
    {
        let found = send(app.clone(), request(Method::DELETE, path)).await;
        found.check();
        assert_eq!(found.code(), "method_not_allowed");
        let lists: Vec<_> = found.headers.get_all("allow").iter().collect();
        assert_eq!(lists, [allowed], "{path}");
    }
}
