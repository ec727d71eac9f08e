//! Tests that a service of ours has no findings, without a setting that hides one.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use definable_errors::auth::{Authenticated, Bearer, Principal, Verify};
use definable_errors::context::Subject;
use definable_errors::cors::Cors;
use definable_errors::csrf::Csrf;
use definable_errors::extract::{BodyLimit, Form, Json, Path, Query};
use definable_errors::problem::INVALID_TOKEN;
use definable_errors::rate_limit::{Quota, RateLimit};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::stack::Stack;
use definable_errors::testing::{Reports, conformance};
use definable_errors::timeout::ConcurrencyLimit;
use definable_errors::{ApiError, ApiErrorLayer, Declared, ResultExt};
use http::Method;
use serde_json::json;

const ORIGIN: &str = "https://app.example.com";

struct User;

impl Principal for User {
    fn subject(&self) -> Subject {
        Subject::user("ada")
    }
}

type State = Arc<dyn Verify<User>>;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    name: String,
    items: Vec<u32>,
}

#[derive(serde::Deserialize)]
struct Page {
    page: Option<u32>,
}

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    #[error("order {id} does not exist")]
    #[api(status = 404)]
    NotFound {
        #[api(member = "order_id")]
        id: u64,
    },
    #[error("storage failed")]
    #[api(status = 500)]
    Storage(#[from] std::io::Error),
}

async fn read(
    _: Authenticated<User>,
    Path(id): Path<u64>,
    Query(page): Query<Page>,
) -> Result<String, OrderError> {
    let _ = page.page;
    Err(OrderError::NotFound { id })
}

async fn create(_: Authenticated<User>, Json(order): Json<Order>) -> String {
    format!("{} {}", order.name, order.items.len())
}

async fn search(_: Public, Form(page): Form<Page>) -> String {
    format!("{:?}", page.page)
}

async fn broken(_: Public) -> Result<(), Declared<OrderError>> {
    let error = std::io::Error::other("the password is hunter2");
    Err(OrderError::from(error).into())
}

async fn panics(_: Public) {
    panic!("the password is hunter2");
}

async fn slow(_: Public) {
    tokio::time::sleep(Duration::from_secs(60)).await;
}

fn routes() -> GuardedRouter<State> {
    GuardedRouter::new()
        .get("/orders/{id}", read)
        .put(
            "/orders/{id}",
            |_: Authenticated<User>, Path(_): Path<u64>, Json(_): Json<Order>| async {},
        )
        .post("/orders", create)
        .post("/search", search)
        .get("/broken", broken)
        .get("/panic", panics)
        .get("/slow", slow)
        .any("/any", |_: Public| async { "any" })
}

fn verifier() -> State {
    Arc::new(|token: Bearer| async move {
        (token.as_str() == "ada").then_some(User).or_problem(&INVALID_TOKEN)
    })
}

fn service(reports: &Reports) -> Router {
    let stack = Stack::new()
        .errors(ApiErrorLayer::new().report(reports.clone()))
        .cors(Cors::origins([ORIGIN]).unwrap().credentials())
        .csrf(Csrf::new())
        .body_limit(BodyLimit::bytes(4096))
        .timeout(Duration::from_millis(250))
        .concurrency_limit(ConcurrencyLimit::new(4))
        .rate_limit(RateLimit::per_address(Quota::per_minute(2)));
    routes().into_router().with_state(verifier()).layer(stack)
}

#[tokio::test]
async fn guarded_router_in_a_stack_has_no_findings() {
    let reports = Reports::new();
    let findings = conformance(service(&reports))
        .routes(routes().table())
        .example(Method::POST, "/orders", json!({"name": "x", "items": [1, 2]}))
        .failing(Method::GET, "/broken")
        .failing(Method::GET, "/panic")
        .failing(Method::GET, "/slow")
        .header("authorization", "Bearer ada")
        .origin(ORIGIN)
        .secret("hunter2")
        .large_body(8192)
        .run()
        .await;
    findings.assert_empty();
    for status in [200, 400, 401, 404, 405, 413, 415, 500, 503] {
        assert!(findings.statuses().contains_key(&status), "{status}: {findings}");
    }
    assert!(reports.take().iter().any(|it| it.error().chain().to_string().contains("hunter2")));
}

#[tokio::test]
async fn layer_alone_has_no_findings() {
    let reports = Reports::new();
    let app = Router::new()
        .route("/orders", axum::routing::post(|_: axum::Json<Order>| async {}))
        .route("/orders/{id}", axum::routing::get(|_: axum::extract::Path<u64>| async {}))
        .route("/page", axum::routing::get(|_: axum::extract::Query<Page>| async {}))
        .layer(ApiErrorLayer::new().report(reports.clone()));
    let findings = conformance(app)
        .route(Method::POST, "/orders")
        .route(Method::GET, "/orders/{id}")
        .route(Method::GET, "/page")
        .run()
        .await;
    findings.assert_empty();
    assert!(reports.take().iter().all(|it| it.status().is_client_error()));
}
