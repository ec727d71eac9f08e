//! Tests of what a page of another origin may read, whichever layer created the response.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::routing::{get as on_get, post};
use axum::{Extension, Json, Router};
use definable_errors::cors::Cors;
use definable_errors::deprecation::{Date, Deprecation};
use definable_errors::error::ApiFuture;
use definable_errors::extract::{self, BodyLimit};
use definable_errors::guard::{self, Guard};
use definable_errors::timeout::{ConcurrencyLimit, Timeout};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{HeaderValue, Method, Request, StatusCode, header, request};
use support::{Answer, get, request, send};

const APP: &str = "https://app.example.com";

#[derive(Debug, thiserror::Error, ApiError)]
#[error("no such order")]
#[api(status = 404)]
struct NoSuchOrder;

/// A guard that rejects requests with a given error, and counts its calls.
#[derive(Clone)]
struct Refuses(fn() -> ApiError, Arc<AtomicUsize>);

impl Guard for Refuses {
    type Permit = ();

    fn admit(&self, _: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        self.1.fetch_add(1, Ordering::Relaxed);
        ApiFuture::ready(Err(self.0()))
    }
}

fn rate_limited() -> ApiError {
    ApiError::rate_limited(Duration::from_secs(7))
}

/// A route for every source of errors, and the status of its response.
const SOURCES: [(&str, u16); 17] = [
    ("/derived", 404),
    ("/io", 500),
    ("/panic", 500),
    ("/text", 502),
    ("/status", 418),
    ("/extension", 500),
    ("/unauthorized", 401),
    ("/forbidden", 403),
    ("/malformed", 400),
    ("/media-type", 415),
    ("/too-large", 413),
    ("/limited", 429),
    ("/full", 503),
    ("/slow", 503),
    ("/ended", 410),
    ("/unknown", 404),
    ("/only-post", 405),
];

fn routes(asked: &Arc<AtomicUsize>) -> Router {
    let guard = |refuse| Refuses(refuse, asked.clone());
    let overloaded = || ApiError::overloaded(Duration::from_secs(1));
    let ended = Deprecation::since(Date::new(2020, 1, 1)).sunset(Date::new(2020, 1, 2));
    Router::new()
        .route("/ok", on_get(|| async { "fine" }))
        .route("/derived", on_get(|| async { NoSuchOrder }))
        .route("/io", on_get(|| async { ApiError::internal_error() }))
        .route(
            "/panic",
            on_get(|| async {
                if true {
                    panic!("canary")
                }
            }),
        )
        .route("/text", on_get(|| async { (StatusCode::BAD_GATEWAY, "connect to 10.0.0.7") }))
        .route("/status", on_get(|| async { StatusCode::IM_A_TEAPOT }))
        .route("/extension", on_get(|_: Extension<u64>| async {}))
        .route("/unauthorized", on_get(|| async { ApiError::missing_credentials() }))
        .route("/forbidden", on_get(|| async { ApiError::forbidden("No.") }))
        .route("/malformed", on_get(|_: extract::Json<u8>| async {}))
        .route("/media-type", on_get(|_: extract::Json<u8>| async {}))
        .route("/too-large", on_get(|_: Json<u8>| async {}).layer(BodyLimit::bytes(0)))
        .route("/limited", on_get(|| async {}).layer(guard::layer(guard(rate_limited))))
        .route("/full", on_get(|| async {}).layer(guard::layer(guard(overloaded))))
        .route(
            "/slow",
            on_get(|| tokio::time::sleep(Duration::from_secs(60)))
                .layer(Timeout::new(Duration::from_millis(5))),
        )
        .route("/ended", on_get(|| async {}).layer(ended))
        .route("/only-post", post(|| async {}))
        .layer(ConcurrencyLimit::new(8))
        .layer(ApiErrorLayer::new())
}

fn named() -> Cors<definable_errors::cors::OriginList> {
    Cors::origins([APP, "http://localhost:5173"]).unwrap()
}

fn from(origin: &'static str, mut sent: Request<Body>) -> Request<Body> {
    sent.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(origin));
    sent
}

/// Returns a request that makes the source fail.
fn asks(method: Method, path: &str) -> Request<Body> {
    let mut sent = from(APP, request(method, path));
    if path != "/media-type" {
        let json = HeaderValue::from_static("application/json");
        sent.headers_mut().insert(header::CONTENT_TYPE, json);
    }
    *sent.body_mut() = "{".into();
    sent
}

fn preflight(path: &str) -> Request<Body> {
    let mut sent = from(APP, request(Method::OPTIONS, path));
    let method = HeaderValue::from_static("POST");
    sent.headers_mut().insert(header::ACCESS_CONTROL_REQUEST_METHOD, method);
    let names = HeaderValue::from_static("authorization,content-type");
    sent.headers_mut().insert(header::ACCESS_CONTROL_REQUEST_HEADERS, names);
    sent
}

fn varies_by_origin(answer: &Answer) -> bool {
    let all = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap());
    all.flat_map(|list| list.split(',')).any(|name| name.trim().eq_ignore_ascii_case("origin"))
}

/// Checks what all errors, and all responses with CORS, have in common.
fn check(answer: &Answer, status: u16, what: &str) {
    answer.check();
    assert_eq!(answer.status, status, "{what}");
    assert_eq!(answer.header("access-control-allow-origin"), Some(APP), "{what}");
    assert!(varies_by_origin(answer), "{what}");
    let exposed = answer.header("access-control-expose-headers").unwrap();
    for name in ["x-request-id", "retry-after", "ratelimit", "ratelimit-policy", "link", "sunset"] {
        assert!(exposed.split(',').any(|exposed| exposed == name), "{what}: {name}");
    }
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    assert!(answer.headers.contains_key("x-request-id"), "{what}");
}

#[tokio::test]
async fn page_can_read_every_error_that_it_caused() {
    let asked = Arc::default();
    for (path, status) in SOURCES {
        let plain = routes(&asked).layer(named());
        let credentialed = routes(&asked).layer(named().credentials());
        let answer = send(plain, asks(Method::GET, path)).await;
        check(&answer, status, path);
        assert_eq!(answer.json()["status"], status, "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let answer = send(credentialed.clone(), asks(Method::GET, path)).await;
        check(&answer, status, path);
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"), "{path}");
        let answer = send(credentialed, asks(Method::HEAD, path)).await;
        check(&answer, status, path);
        assert_eq!(answer.body, "", "{path}");
    }
}

#[tokio::test]
async fn preflight_passes_whatever_would_reject_its_request() {
    let asked = Arc::default();
    for (path, _) in SOURCES {
        let answer = send(routes(&asked).layer(named().credentials()), preflight(path)).await;
        answer.check();
        assert_eq!((answer.status, &*answer.body), (StatusCode::OK, ""), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP), "{path}");
        assert!(varies_by_origin(&answer), "{path}");
        assert!(answer.header("access-control-allow-methods").unwrap().contains("POST"));
        let headers = answer.header("access-control-allow-headers").unwrap();
        assert!(headers.contains("authorization") && headers.contains("content-type"));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0, "no guard was asked");
}

#[tokio::test]
async fn browser_receives_a_success_and_a_preflight() {
    let app = || routes(&Arc::default()).layer(named().credentials());
    send(app(), from(APP, get("/ok"))).await.is(&expect![[r#"
        200 OK
        access-control-allow-credentials: true
        access-control-allow-origin: https://app.example.com
        access-control-expose-headers: x-request-id,x-correlation-id,traceresponse,server-timing,retry-after,ratelimit,ratelimit-policy,x-ratelimit-limit,x-ratelimit-remaining,x-ratelimit-reset,www-authenticate,allow,location,etag,link,deprecation,sunset
        content-type: text/plain; charset=utf-8
        vary: origin
        x-request-id: <id>

        fine"#]]);
    send(app(), preflight("/ok")).await.is(&expect![[r#"
        200 OK
        access-control-allow-credentials: true
        access-control-allow-headers: accept,accept-language,authorization,content-type,if-match,if-none-match,last-event-id,x-request-id,x-correlation-id,x-api-key,traceparent,tracestate
        access-control-allow-methods: GET,HEAD,POST,PUT,PATCH,DELETE,QUERY
        access-control-allow-origin: https://app.example.com
        access-control-max-age: 600
        allow: GET,HEAD
        vary: origin

    "#]]);
}

#[tokio::test]
async fn responses_vary_by_origin_for_every_client() {
    let app = || routes(&Arc::default()).layer(named().credentials());
    for sent in [get("/ok"), get("/derived"), from("https://evil.example", get("/derived"))] {
        let answer = send(app(), sent).await;
        assert!(varies_by_origin(&answer));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn any_origin_can_read_without_credentials() {
    let app = routes(&Arc::default()).layer(Cors::any_origin());
    let answer = send(app, from("https://other.example", get("/derived"))).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert!(!answer.header("access-control-expose-headers").unwrap().contains('*'));
}

#[tokio::test]
async fn pages_without_an_origin_can_read_if_enabled() {
    let read = |app: Router| async {
        let answer = send(app, from("null", get("/ok"))).await;
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    let routes = || routes(&Arc::default());
    assert_eq!(read(routes().layer(named())).await, None);
    assert_eq!(read(routes().layer(named().null_origin())).await.as_deref(), Some("null"));
}

#[tokio::test]
async fn development_allows_pages_of_this_machine_only() {
    let app =
        || routes(&Arc::default()).layer(Cors::development().allowed_headers([header::RANGE]));
    let answer = send(app(), from("http://localhost:5173", get("/derived"))).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:5173"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    let answer = send(app(), from("https://evil.example", get("/derived"))).await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert!(varies_by_origin(&answer));
    let answer = send(app(), from("http://localhost:5173", preflight("/ok"))).await;
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    let headers = answer.header("access-control-allow-headers");
    assert_eq!(headers, Some("authorization,content-type"));
    assert!(answer.header("vary").unwrap().contains("access-control-request-headers"));
}

#[tokio::test]
async fn options_without_preflight_headers_reaches_the_routes() {
    let app = || {
        let own = Router::new().route(
            "/own",
            axum::routing::options(|method: Method| async move { method.to_string() }),
        );
        own.merge(routes(&Arc::default())).layer(named())
    };
    assert_eq!(send(app(), request(Method::OPTIONS, "/own")).await.body, "OPTIONS");
    let answer = send(app(), request(Method::OPTIONS, "/ok")).await;
    assert_eq!((&*answer.code(), answer.header("allow")), ("method_not_allowed", Some("GET,HEAD")));
    assert_eq!(
        send(app(), from(APP, request(Method::OPTIONS, "/no"))).await.code(),
        "route_not_found"
    );
    assert_eq!(send(app(), request(Method::CONNECT, "/ok")).await.code(), "method_not_allowed");
}

#[tokio::test]
async fn settings_are_added_and_private_networks_are_allowed() {
    let cors = named()
        .allowed_headers([header::RANGE])
        .exposed_headers([header::CONTENT_RANGE])
        .allowed_methods([Method::GET])
        .max_age(Duration::from_secs(5))
        .private_network();
    let mut sent = preflight("/ok");
    let asks = HeaderValue::from_static("true");
    sent.headers_mut().insert("access-control-request-private-network", asks);
    let answer = send(routes(&Arc::default()).layer(cors.clone()), sent).await;
    answer.check();
    assert_eq!(answer.header("access-control-allow-private-network"), Some("true"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET"));
    assert_eq!(answer.header("access-control-max-age"), Some("5"));
    let allowed = answer.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("range") && allowed.contains("authorization"));
    let answer = send(routes(&Arc::default()).layer(cors), from(APP, get("/ok"))).await;
    let exposed = answer.header("access-control-expose-headers").unwrap();
    assert!(exposed.contains("content-range") && exposed.contains("x-request-id"));
}
