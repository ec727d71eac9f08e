//! Tests of precedence: of several failures the client receives the one of the outermost layer.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::routing::{any, get as on_get, post};
use definable_errors::context::Deadline;
use definable_errors::cors::Cors;
use definable_errors::error::ApiFuture;
use definable_errors::extract::{BodyLimit, Json};
use definable_errors::guard::Guard;
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::stack::Stack;
use definable_errors::timeout::{ConcurrencyLimit, Timeout};
use definable_errors::{ApiError, ApiErrorLayer};
use expect_test::expect;
use http::{HeaderValue, Method, Request, Response, header, request};
use support::{Counter, get, request, send};
use tokio::task::JoinHandle;
use tower::ServiceExt;

const LONG: Duration = Duration::from_secs(60);

/// A guard that rejects requests with a certain header, as a limit by address would.
#[derive(Clone)]
struct Limit;

impl Guard for Limit {
    type Permit = ();

    fn admit(&self, request: &mut request::Parts) -> ApiFuture<'static, Self::Permit> {
        ApiFuture::ready(refused_by("x-address-limited", request, || {
            ApiError::rate_limited(Duration::from_secs(2)).with_detail("address")
        }))
    }
}

fn refused_by(
    name: &str,
    request: &request::Parts,
    error: fn() -> ApiError,
) -> Result<(), ApiError> {
    if request.headers.contains_key(name) { Err(error()) } else { Ok(()) }
}

/// Defines an extractor that rejects requests with a certain header.
macro_rules! refuses {
    ($name:ident, $header:literal, $error:expr) => {
        struct $name;

        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(
                parts: &mut request::Parts,
                _: &S,
            ) -> Result<Self, ApiError> {
                refused_by($header, parts, || $error).map(|()| Self)
            }
        }
    };
}

refuses!(Login, "x-unknown", ApiError::missing_credentials());
refuses!(Role, "x-forbidden", ApiError::insufficient_role());
refuses!(
    Subject,
    "x-subject-limited",
    ApiError::rate_limited(Duration::from_secs(2)).with_detail("subject")
);

async fn create(_: Login, _: Role, _: Subject, Json(number): Json<u8>) -> String {
    number.to_string()
}

fn app(limit: &ConcurrencyLimit) -> Router {
    let stack = Stack::new()
        .cors(Cors::origins(["https://app.example.com"]).unwrap().credentials())
        .body_limit(BodyLimit::bytes(4))
        .timeout(LONG)
        .concurrency_limit(limit.clone())
        .rate_limit(Limit)
        .exempt(["/health"]);
    Router::new()
        .route("/numbers", post(create))
        .route("/health", on_get(|| async { "alive" }))
        .layer(stack)
}

/// Holds a permit of the limit until the task is aborted, without a deadline.
async fn holds_a_place(limit: &ConcurrencyLimit) -> JoinHandle<Result<Response<Body>, Infallible>> {
    let routes = Router::new().route("/", on_get(pending::<()>)).layer(limit.clone());
    let before = limit.in_flight();
    let held = tokio::spawn(routes.oneshot(get("/")));
    while limit.in_flight() == before {
        tokio::task::yield_now().await;
    }
    held
}

/// What is wrong with a request; each is reported once the ones before it are fixed.
const WRONG: [(&str, &str); 9] = [
    ("rate_limited", "address"),
    ("route_not_found", "No route matched"),
    ("method_not_allowed", "Method not allowed"),
    ("missing_credentials", "Invalid authorization: no credentials were sent."),
    ("insufficient_role", "Insufficient permissions"),
    ("rate_limited", "subject"),
    ("unsupported_media_type", "Supported: application/json"),
    ("payload_too_large", "The body is larger than 4 bytes."),
    ("malformed_body", "The body is not JSON."),
];

/// Returns a request with all faults from number `from` on.
fn with_faults(from: usize) -> Request<Body> {
    let has = |fault: usize| from <= fault;
    let path = if has(1) { "/nowhere" } else { "/numbers" };
    let method = if has(2) { Method::DELETE } else { Method::POST };
    let mut sent = request(method, path);
    let faults = [(0, "x-address-limited"), (3, "x-unknown"), (4, "x-forbidden")];
    for (fault, name) in faults.into_iter().chain([(5, "x-subject-limited")]) {
        if has(fault) {
            sent.headers_mut().insert(name, HeaderValue::from_static("yes"));
        }
    }
    let kind = if has(6) { "text/csv" } else { "application/json" };
    sent.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    *sent.body_mut() = match from {
        ..=7 => "[[[[[[".into(),
        8 => "[[".into(),
        _ => "7".into(),
    };
    sent
}

#[tokio::test]
async fn outermost_failure_is_reported() {
    let limit = ConcurrencyLimit::new(1);
    let app = app(&limit);
    let held = holds_a_place(&limit).await;
    assert_eq!(send(app.clone(), with_faults(0)).await.code(), "overloaded");
    assert_eq!(send(app.clone(), get("/health")).await.body, "alive");
    held.abort();
    assert!(held.await.unwrap_err().is_cancelled());
    for (fault, (code, detail)) in WRONG.into_iter().enumerate() {
        let answer = send(app.clone(), with_faults(fault)).await;
        answer.check();
        assert_eq!(answer.code(), code, "fault {fault}");
        if code != "malformed_body" {
            assert_eq!(answer.json()["detail"], detail);
        }
    }
    assert_eq!(send(app, with_faults(9)).await.body, "7");
}

#[tokio::test]
async fn time_in_the_queue_counts() {
    let limit = ConcurrencyLimit::new(4).queue(1).queue_timeout(LONG);
    for _ in 0..4 {
        holds_a_place(&limit).await;
    }
    let stack = Stack::new().timeout(Duration::from_millis(50)).concurrency_limit(limit);
    let app = Router::new().route("/", on_get(|| async { "let in" })).layer(stack);
    assert_eq!(send(app, get("/")).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn rejections_can_be_read_by_a_page_and_carry_an_id() {
    let app = app(&ConcurrencyLimit::new(8));
    for fault in 0..10 {
        let mut sent = with_faults(fault);
        let page = HeaderValue::from_static("https://app.example.com");
        sent.headers_mut().insert(header::ORIGIN, page);
        let answer = send(app.clone(), sent).await;
        let origin = answer.header("access-control-allow-origin");
        assert_eq!(origin, Some("https://app.example.com"), "{fault}");
        assert!(answer.headers.contains_key("x-request-id"), "{fault}");
    }
}

#[tokio::test]
async fn exempt_paths_have_no_limits() {
    let mut sent = get("/health");
    sent.headers_mut().insert("x-address-limited", HeaderValue::from_static("yes"));
    assert_eq!(send(app(&ConcurrencyLimit::new(1)), sent).await.body, "alive");
}

#[tokio::test]
async fn limit_by_address_counts_neither_preflights_nor_exempt_paths() {
    const QUOTA: Quota = Quota::per_minute(2);
    let page = HeaderValue::from_static("https://app.example.com");
    let stack = Stack::new()
        .cors(Cors::origins(["https://app.example.com"]).unwrap())
        .rate_limit(RateLimit::per_address(QUOTA))
        .exempt(["/health"]);
    let app = Router::new()
        .route("/", on_get(|| async { "counted" }))
        .route("/health", on_get(|| async { "alive" }))
        .layer(stack);
    let asked = |method: Method, path: &str| {
        let mut sent = request(method, path);
        sent.headers_mut().insert(header::ORIGIN, page.clone());
        let asks = HeaderValue::from_static("GET");
        sent.headers_mut().insert(header::ACCESS_CONTROL_REQUEST_METHOD, asks);
        send(app.clone(), sent)
    };
    for _ in 0..3 {
        assert_eq!(asked(Method::OPTIONS, "/").await.status, 200);
        assert_eq!(asked(Method::GET, "/health").await.body, "alive");
    }
    for _ in 0..2 {
        assert_eq!(asked(Method::GET, "/").await.body, "counted");
    }
    let refused = asked(Method::GET, "/").await;
    assert_eq!((refused.status.as_u16(), &*refused.code()), (429, "rate_limited"));
    assert_eq!(refused.header("access-control-allow-origin"), Some("https://app.example.com"));
    let exposed = refused.header("access-control-expose-headers").unwrap();
    let names = refused.headers.keys().map(http::HeaderName::as_str);
    let limits: Vec<_> = names.filter(|name| name.contains("ratelimit")).collect();
    assert_eq!(limits.len(), 5, "{limits:?}");
    assert!(limits.iter().all(|name| exposed.contains(name)), "{exposed}");
    assert_eq!(asked(Method::OPTIONS, "/").await.status, 200);
}

/// Returns an `OPTIONS` request as browsers send it before the request of a page.
fn preflight(path: &str) -> Request<Body> {
    let mut sent = request(Method::OPTIONS, path);
    let fields =
        [(header::ORIGIN, "https://a.example"), (header::ACCESS_CONTROL_REQUEST_METHOD, "GET")];
    for (name, value) in fields {
        sent.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    sent
}

/// Returns how many of ten `OPTIONS` requests in the form of a preflight are admitted.
async fn admitted(app: &Router) -> usize {
    let mut admitted = 0;
    for _ in 0..10 {
        let status = send(app.clone(), preflight("/")).await.status.as_u16();
        assert!([200, 405, 429].contains(&status), "{status}");
        admitted += usize::from(status != 429);
    }
    admitted
}

#[tokio::test]
async fn stack_without_cors_counts_preflights() {
    let limit = || RateLimit::per_address(Quota::per_minute(4));
    let routes = || Router::new().route("/", any(|| async { "in" }));
    let with_exceptions = || definable_errors::guard::Exempt::new(limit(), ["/health"]);
    for app in [
        routes().layer(Stack::new().rate_limit(limit())),
        routes().layer(Stack::new().rate_limit(Some(limit()))),
        routes().layer(Stack::new().rate_limit(with_exceptions())),
        // A limit further in also knows that the stack has no CORS.
        routes().route_layer(limit()).layer(Stack::new()),
        Router::new()
            .fallback_service(Router::new().route("/", on_get(|| async { "in" })).layer(limit()))
            .layer(Stack::new().timeout(LONG)),
    ] {
        assert_eq!(admitted(&app).await, 4);
    }
}

#[tokio::test]
async fn preflight_without_cors_has_a_deadline_and_needs_a_permit() {
    let limit = ConcurrencyLimit::new(1).queue(0);
    let stack = Stack::new().concurrency_limit(limit.clone()).timeout(Duration::from_millis(20));
    let app = Router::new().route("/", any(pending::<()>)).layer(stack);
    assert_eq!(send(app.clone(), preflight("/")).await.code(), "deadline_exceeded");
    let held = holds_a_place(&limit).await;
    assert_eq!(send(app, preflight("/")).await.code(), "overloaded");
    held.abort();
}

#[tokio::test]
async fn preflights_that_cors_answers_outside_of_a_stack_do_not_count() {
    let limit = || RateLimit::per_address(Quota::per_minute(4));
    let routes = || Router::new().route("/", any(|| async { "in" }));
    let cors = || Cors::origins(["https://a.example"]).unwrap();
    for app in [
        routes().layer(Stack::new().cors(cors()).rate_limit(limit())),
        routes().layer(Stack::new().rate_limit(limit())).layer(cors()),
        routes()
            .layer(Stack::new().rate_limit(limit()))
            .layer(tower_http::cors::CorsLayer::permissive()),
    ] {
        assert_eq!(admitted(&app).await, 10);
        assert_eq!(send(app, get("/")).await.header("x-ratelimit-remaining"), Some("3"));
    }
}

#[tokio::test]
async fn errors_of_a_stack_are_reported_once() {
    let counter = Counter::default();
    let stack = Stack::new()
        .errors(ApiErrorLayer::new().report(counter.clone()).problem_base("https://e.example/"))
        .timeout(Duration::from_millis(20));
    let slow = || tokio::time::sleep(Duration::from_secs(60));
    let app = Router::new().route("/", on_get(slow)).layer(stack);
    send(app, get("/")).await.is(&expect![[r#"
        503 Service Unavailable
        cache-control: no-store
        content-type: application/problem+json
        retry-after: 1
        vary: accept
        x-content-type-options: nosniff
        x-request-id: <id>

        type: "https://e.example/deadline_exceeded"
        title: "Deadline exceeded"
        status: 503
        detail: "Deadline exceeded"
        instance: "urn:uuid:<id>"
        code: "deadline_exceeded"
        request_id: "<id>"
        retry_after: 1
        retryable: true
    "#]]);
    assert_eq!(counter.counts(), (1, 0));
}

#[tokio::test]
async fn route_can_have_a_higher_limit_than_the_others() {
    let numbers = || post(|Json(numbers): Json<Vec<u8>>| async move { numbers.len().to_string() });
    let app = Router::new()
        .route("/small", numbers())
        .route("/large", numbers().layer(BodyLimit::bytes(100)))
        .layer(Stack::new().body_limit(BodyLimit::bytes(4)));
    let sent = |path| support::posting(path, "application/json", "[1, 2, 3]");
    assert_eq!(send(app.clone(), sent("/small")).await.code(), "payload_too_large");
    assert_eq!(send(app, sent("/large")).await.body, "3");
}

/// A stack with a short deadline, and a longer one for two routes.
fn with_long_routes() -> Router {
    let stack = Stack::new()
        .timeout(Duration::from_millis(50))
        .deadline_for(["/export/{id}", "/api/files/{*path}"], LONG)
        .deadline_for(["/short"], Duration::from_millis(10));
    let slow = || async { tokio::time::sleep(Duration::from_millis(200)).await };
    Router::new()
        .route("/", on_get(slow))
        .route("/export/{id}", on_get(slow))
        .route("/short", on_get(slow))
        .route("/export/shorter", on_get(slow).layer(Timeout::new(Duration::from_millis(50))))
        .nest("/api", Router::new().route("/files/{*path}", on_get(slow)))
        .layer(stack)
}

#[tokio::test]
async fn deadline_of_a_route_may_be_longer_than_the_default() {
    for path in ["/export/7", "/api/files/a/b"] {
        let answer = send(with_long_routes(), get(path)).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (200, ""), "{path}");
    }
}

#[tokio::test]
async fn other_routes_have_the_default_deadline() {
    for path in ["/", "/short"] {
        assert_eq!(send(with_long_routes(), get(path)).await.code(), "deadline_exceeded", "{path}");
    }
}

#[tokio::test]
async fn deadline_further_in_can_only_shorten_that_of_a_route() {
    let answer = send(with_long_routes(), get("/export/shorter")).await;
    assert_eq!(answer.code(), "deadline_exceeded");
    let longer_inside = Router::new()
        .route("/", on_get(pending::<()>).layer(Timeout::new(LONG)))
        .layer(Stack::new().deadline_for(["/"], Duration::from_millis(20)));
    assert_eq!(send(longer_inside, get("/")).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn deadline_outside_of_a_stack_stays() {
    let app = Router::new()
        .route("/", on_get(pending::<()>))
        .layer(Stack::new().deadline_for(["/"], LONG))
        .layer(Timeout::new(Duration::from_millis(20)))
        .layer(ApiErrorLayer::new());
    assert_eq!(send(app, get("/")).await.code(), "deadline_exceeded");
}

#[tokio::test]
async fn routes_without_a_deadline_of_their_own_may_have_none() {
    let left = |deadline: Deadline| async move { deadline.instant().is_some().to_string() };
    let app = Router::new()
        .route("/export", on_get(left))
        .route("/other", on_get(left))
        .layer(Stack::new().deadline_for(["/export"], LONG));
    assert_eq!(send(app.clone(), get("/export")).await.body, "true");
    assert_eq!(send(app, get("/other")).await.body, "false");
}
