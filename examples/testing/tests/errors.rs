//! How a service tests its errors: single problems, what operators see, the whole service, and the codes
//! as a contract.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use definable_errors::ApiErrorLayer;
use definable_errors::testing::{Reports, Rule, assert_problem, conformance};
use http::{Method, Request};
use serde_json::json;
use tower::ServiceExt;

/// Returns the service, whose failures are kept in `reports` in place of the log. A 5xx that no test
/// takes from there fails the test when `reports` is dropped, and so does a code that its route does not
/// declare.
fn app(reports: &Reports) -> Router {
    testing::routes().into_router().layer(ApiErrorLayer::new().report(reports.clone()))
}

fn reports() -> Reports {
    Reports::new().with_routes(testing::routes().table())
}

async fn send(app: Router, request: Request<Body>) -> Response {
    app.oneshot(request).await.expect("a router never fails")
}

fn pay(id: u64) -> Request<Body> {
    let request = Request::post(format!("/orders/{id}/pay")).header("x-request-id", "test-1");
    request.body(Body::empty()).expect("the request is valid")
}

// One response: `assert_problem` checks that it is a valid problem, its methods what it says.

#[tokio::test]
async fn missing_order_is_a_404_with_its_id() {
    let reports = reports();
    assert_problem(send(app(&reports), pay(42)).await)
        .await
        .status(404)
        .code("order_not_found")
        .detail("order 42 does not exist")
        .member("order_id", 42)
        .request_id("test-1")
        .header("cache-control", "no-store");
}

#[tokio::test]
async fn paid_order_does_not_show_its_card() {
    let reports = reports();
    assert_problem(send(app(&reports), pay(2)).await)
        .await
        .code("order_already_paid")
        .detail("The order was already paid.")
        .no_member("order_id")
        .does_not_contain("4242");
}

#[tokio::test]
async fn every_mistake_of_an_order_is_a_violation() {
    let reports = reports();
    let body = json!({"article": "", "quantity": 100, "colour": "red"}).to_string();
    let request = Request::post("/orders").header("content-type", "application/json");
    let request = request.body(Body::from(body)).expect("the request is valid");
    assert_problem(send(app(&reports), request).await)
        .await
        .status(400)
        .violation("#/article", "length")
        .violation("#/quantity", "range")
        .violation("#/colour", "unknown_field")
        .violation_count(3);
}

// What operators see: a response says nothing about the cause of a 500, so a test could pass by the
// wrong one.

#[tokio::test]
async fn cause_of_a_500_is_reported_and_not_sent() {
    let reports = reports();
    let request = Request::get("/orders/7/label").body(Body::empty()).expect("it is valid");
    assert_problem(send(app(&reports), request).await)
        .await
        .status(500)
        .code("internal_error")
        .does_not_contain("No such file");

    let report = reports.single();
    assert_eq!(report.context().route(), Some("/orders/{id}/label"));
    assert_eq!(report.error().internal_code(), Some("order_label"));
    assert!(report.error().chain().to_string().contains("No such file"));
}

/// Without `reports.single()`, the test above would fail with the place of the error and its causes.
#[tokio::test]
#[should_panic(expected = "the label cannot be read")]
async fn server_error_that_a_test_does_not_expect_fails_it() {
    let reports = reports();
    let request = Request::get("/orders/7/label").body(Body::empty()).expect("it is valid");
    send(app(&reports), request).await;
}

#[tokio::test]
async fn success_is_not_reported() {
    let reports = reports();
    assert_eq!(send(app(&reports), pay(1)).await.status(), 200);
    reports.assert_empty();
}

// The whole service: hundreds of hostile requests, and the rules of HTTP for each response.

#[tokio::test]
async fn no_hostile_request_finds_anything() {
    let reports = reports();
    conformance(app(&reports))
        .routes(testing::routes().table())
        .example(Method::POST, "/orders", json!({"article": "tea", "quantity": 2}))
        .failing(Method::GET, "/orders/{id}/label")
        .secret("No such file")
        .secret("4242")
        .run()
        .await
        .assert_empty();
    // The only 5xx are those of the route that is named as failing.
    let server_errors: Vec<_> =
        reports.take().into_iter().filter(|report| report.status().is_server_error()).collect();
    assert!(!server_errors.is_empty());
    assert!(
        server_errors.iter().all(|report| report.error().internal_code() == Some("order_label"))
    );
}

/// The run has teeth: the same service without the layer answers with bodies of axum's own.
#[tokio::test]
async fn service_without_the_layer_has_findings() {
    let routes = testing::routes();
    let table = routes.table().clone();
    let findings = conformance(routes.into_router()).routes(&table).run().await;
    assert!(findings.rules().contains(&Rule::ProblemBody), "{findings}");
}

// The codes as a contract: `UPDATE_ERRORS_LOCK=1 cargo test` adds what is new, and a code, status or
// member that is gone fails this test until its line is deleted by hand.

#[test]
fn clients_can_rely_on_the_codes_of_the_last_release() {
    testing::catalog(&ApiErrorLayer::new()).assert_lock("errors.lock");
}

#[test]
fn code_that_is_gone_is_a_breaking_change() {
    let catalog = testing::catalog(&ApiErrorLayer::new());
    let lock = catalog.lock() + "order_lost status 404\n";
    let error = catalog.check_lock(&lock).expect_err("a line has no type");
    assert_eq!(error.breaking_changes(), ["the code `order_lost` is gone"]);
}
