//! Tests that the known faults of axum's plain router and of tower-http's layers are found.

use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, Json, Path, Query};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::routing::{get, post};
use definable_errors::testing::{Findings, Rule, conformance};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

#[derive(serde::Deserialize)]
struct Order {
    id: u64,
}

#[derive(serde::Deserialize)]
struct Page {
    page: Option<u64>,
}

async fn create(Json(order): Json<Order>) -> String {
    order.id.to_string()
}

async fn read(Path(id): Path<u64>, Query(page): Query<Page>) -> String {
    format!("{id} {:?}", page.page)
}

async fn broken() -> Result<(), (StatusCode, String)> {
    let error = "no such table: orders, password hunter2";
    Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_owned()))
}

async fn panics() {
    panic!("a bug of a handler");
}

async fn slow() {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

fn routes() -> Router {
    Router::new()
        .route("/orders", post(create))
        .route("/orders/{id}", get(read))
        .route("/items/{order}/{item}", get(|Path(_): Path<u64>| async {}))
        .route("/state", get(|_: Extension<u64>| async {}))
        .route("/private", get(|| async { StatusCode::UNAUTHORIZED }))
        .route("/broken", get(broken))
        .route("/panic", get(panics))
        .route("/slow", get(slow))
}

/// Returns whether the rule is broken by a response with this status to this request.
fn finds(findings: &Findings, rule: Rule, request: &str, status: u16, found: &str) -> bool {
    findings.iter().any(|it| {
        it.rule() == rule
            && it.request().contains(request)
            && it.status().is_none_or(|it| it.as_u16() == status)
            && it.found().contains(found)
    })
}

/// Checks that each of these is found: rule, part of the request, status, part of what was found.
#[track_caller]
fn assert_found(findings: &Findings, known: &[(Rule, &str, u16, &str)]) {
    for (rule, request, status, found) in known {
        assert!(
            finds(findings, *rule, request, *status, found),
            "{rule:?} {request} {status} {found} in {:#?}",
            findings.iter().filter(|it| it.rule() == *rule).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn faults_of_plain_axum_are_found() {
    let findings = conformance(routes())
        .route(Method::POST, "/orders")
        .route(Method::GET, "/orders/{id}")
        .route(Method::GET, "/items/{order}/{item}")
        .failing(Method::GET, "/state")
        .failing(Method::GET, "/private")
        .failing(Method::GET, "/broken")
        .failing(Method::GET, "/panic")
        .secret("hunter2")
        .run()
        .await;
    assert_found(
        &findings,
        &[
            (Rule::Answered, "/panic", 0, "a bug of a handler"),
            (Rule::ProblemBody, "unknown route", 404, "no content type, an empty body"),
            (Rule::ProblemBody, "unknown method", 405, "no content type, an empty body"),
            (Rule::ProblemBody, "truncated JSON", 400, "`text/plain`"),
            (Rule::ProblemBody, "empty object", 422, "`text/plain`"),
            (Rule::ProblemBody, "unknown type", 415, "`text/plain`"),
            (Rule::ProblemBody, "too large", 413, "`text/plain`"),
            (Rule::ProblemBody, "too large, in chunks", 413, "`text/plain`"),
            (Rule::ProblemBody, "/private", 401, "an empty body"),
            (Rule::Echo, "string in place of an object", 422, "conformance-echo"),
            (Rule::Echo, "path parameter of the wrong type", 400, "conformance-echo"),
            (Rule::Secret, "/broken", 500, "hunter2"),
            (Rule::Internals, "/state", 500, "Extension of type"),
            (
                Rule::ServerError,
                "/items/1/1 (plain request)",
                500,
                "Wrong number of path arguments",
            ),
            (Rule::Challenge, "/private", 401, "no such header"),
            (Rule::SupportedTypes, "unknown type", 415, "no such header"),
            (Rule::RequestId, "unknown route", 404, "no `X-Request-Id`"),
            (Rule::RequestId, "plain request", 200, "no `X-Request-Id`"),
            (Rule::NoStore, "unknown route", 404, "no `cache-control`"),
            (Rule::NoSniff, "truncated JSON", 400, "nosniff"),
        ],
    );
    // What axum does right: `Allow`, HEAD, and the same response whatever the client accepts.
    for rule in [Rule::Allow, Rule::HeadContent, Rule::Acceptable, Rule::VaryAccept] {
        assert!(!findings.rules().contains(&rule), "{findings}");
    }
}

#[tokio::test]
async fn faults_of_tower_http_are_found() {
    // Layers in the order that many services use, with CORS innermost.
    let app = routes()
        .layer(CorsLayer::new().allow_origin(Any))
        .layer(RequestBodyLimitLayer::new(1024))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            Duration::from_millis(50),
        ))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid));
    let findings = conformance(app)
        .route(Method::POST, "/orders")
        .route(Method::GET, "/orders/{id}")
        .failing(Method::GET, "/panic")
        .failing(Method::GET, "/slow")
        .large_body(2048)
        .run()
        .await;
    assert_found(
        &findings,
        &[
            (Rule::ProblemBody, "/panic", 500, "`text/plain`"),
            (Rule::ProblemBody, "/slow", 408, "an empty body"),
            (Rule::ProblemBody, "too large", 413, "`text/plain`"),
            (Rule::RequestTimeout, "/slow", 408, ""),
            (Rule::CorsOrigin, "/panic", 500, "no such header"),
            (Rule::CorsOrigin, "/slow", 408, "no such header"),
            (Rule::CorsOrigin, "body that is too large (", 0, "no such header"),
            (Rule::CorsExposed, "unknown route", 404, "x-request-id"),
            (Rule::SafeRequestId, "hostile X-Request-Id", 404, "880 bytes"),
            (Rule::SafeRequestId, "hostile X-Request-Id", 404, "<script>"),
            (Rule::Echo, "hostile X-Request-Id", 404, "the header `x-request-id`"),
        ]
        .map(|(rule, request, status, found)| {
            (rule, request.trim_end_matches(" ("), if status == 0 { 413 } else { status }, found)
        }),
    );
    assert!(!findings.rules().contains(&Rule::Answered), "{findings}");
}

#[tokio::test]
async fn credentials_for_any_origin_are_found() {
    let app = routes().layer(CorsLayer::very_permissive());
    let findings = conformance(app).route(Method::GET, "/orders/{id}").run().await;
    assert_found(
        &findings,
        &[(Rule::CorsCredentials, "foreign origin", 404, "https://conformance.invalid")],
    );
}

#[tokio::test]
async fn origin_that_caches_cannot_see_is_found() {
    let origin = HeaderValue::from_static("https://app.example.com");
    let cors = CorsLayer::new().allow_origin([origin]).vary([] as [HeaderName; 0]);
    let findings = conformance(routes().layer(cors)).origin("https://app.example.com").run().await;
    assert_found(&findings, &[(Rule::VaryOrigin, "without an Origin", 404, "no `Origin`")]);
}
