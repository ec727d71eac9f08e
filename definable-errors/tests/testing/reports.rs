//! Tests of the reporter for tests.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::routing::get;
use definable_errors::problem::{GONE, ProblemTypes, Types};
use definable_errors::router::{GuardedRouter, Public};
use definable_errors::testing::{ReportedError, Reports};
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use http::Request;
use tower::ServiceExt;

use crate::text;

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "order")]
enum OrderError {
    #[error("order {0} does not exist")]
    #[api(status = 404)]
    NotFound(u64),
}

async fn order(Path(id): Path<u64>) -> Result<(), ApiError> {
    match id {
        404 => Err(OrderError::NotFound(id).into()),
        410 => Err(ApiError::gone("The order was deleted.")),
        500 => std::fs::read("/no/such/order").map(drop).or_internal(),
        501 => panic!("no id has this value"),
        _ => Ok(()),
    }
}

async fn request(reports: &Reports, path: &str) {
    let app: Router = Router::new()
        .route("/orders/{id}", get(order))
        .layer(ApiErrorLayer::new().report(reports.clone()));
    drop(app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await);
}

/// Drops the original and returns the message of its panic, or nothing.
fn end_of_test(reports: Reports) -> String {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(reports)));
    dropped.err().map(text).unwrap_or_default()
}

#[tokio::test]
async fn unexpected_server_error_fails_the_test() {
    let reports = Reports::new();
    request(&reports, "/orders/500").await;
    request(&reports, "/orders/501").await;
    request(&reports, "/orders/404").await;
    let message = end_of_test(reports);
    let start = "server errors were reported that the test did not take: 2\n\n\
                 500 internal_error at definable-errors/tests/testing/reports.rs:";
    assert!(message.starts_with(start), "{message}");
    assert!(message.contains("\n  GET /orders/{id}, request id "), "{message}");
    assert!(
        message.contains("\n  caused by: No such file or directory (os error 2)\n"),
        "{message}"
    );
    assert!(message.contains("no id has this value"), "{message}");
    assert!(!message.contains("order_not_found"), "{message}");
}

#[tokio::test]
async fn reports_that_were_taken_do_not_fail_the_test() {
    let reports = Reports::new();
    request(&reports, "/orders/500").await;
    let reported = reports.single();
    assert_eq!((reported.code(), reported.status().as_u16()), ("internal_error", 500));
    assert_eq!(reported.context().route(), Some("/orders/{id}"));
    assert_eq!(reported.item(), None);
    assert!(reported.error().location().is_some_and(|it| it.file().ends_with("reports.rs")));
    request(&reports, "/orders/404").await;
    request(&reports, "/orders/501").await;
    let codes: Vec<_> = reports.take().iter().map(ReportedError::code).collect();
    assert_eq!(codes, ["order_not_found", "internal_error"]);
    reports.assert_empty();
    assert_eq!(reports.disconnects(), 0);
    assert_eq!(end_of_test(reports), "");
}

#[tokio::test]
async fn client_errors_do_not_fail_the_test() {
    let reports = Reports::new();
    request(&reports, "/orders/404").await;
    assert_eq!(end_of_test(reports), "");
}

#[tokio::test]
async fn number_of_reports_is_checked() {
    let reports = Reports::new();
    let none = catch_unwind(AssertUnwindSafe(|| reports.single())).map(drop).unwrap_err();
    assert!(text(none).starts_with("expected one report, found 0"));
    request(&reports, "/orders/404").await;
    request(&reports, "/orders/410").await;
    let two = text(catch_unwind(AssertUnwindSafe(|| reports.single())).map(drop).unwrap_err());
    assert!(two.starts_with("expected one report, found 2\n\n404 order_not_found at "), "{two}");
    assert!(two.contains("\n410 gone at "), "{two}");
    request(&reports, "/orders/404").await;
    let some = text(catch_unwind(AssertUnwindSafe(|| reports.assert_empty())).unwrap_err());
    assert!(some.starts_with("expected no report, found 1\n\n404 order_not_found at "), "{some}");
}

#[tokio::test]
async fn drop_of_a_clone_checks_nothing() {
    let reports = Reports::new();
    let clone = reports.clone();
    request(&reports, "/orders/500").await;
    assert_eq!(end_of_test(clone), "");
    assert_eq!(reports.take().len(), 1);
}

#[tokio::test]
async fn drop_does_not_panic_while_the_test_panics() {
    let reports = Reports::new();
    request(&reports, "/orders/500").await;
    let failed = catch_unwind(AssertUnwindSafe(move || {
        let _reports = reports;
        panic!("an assertion of the test");
    }));
    assert_eq!(text(failed.unwrap_err()), "an assertion of the test");
}

async fn declared(_: Public, Path(id): Path<u64>) -> Result<(), OrderError> {
    match id {
        404 => Err(OrderError::NotFound(id)),
        501 => panic!("no id has this value"),
        _ => Ok(()),
    }
}

/// Turns every answer of an order into a 410 that no route declares.
async fn hide(response: axum::response::Response) -> Result<axum::response::Response, ApiError> {
    if response.status().is_success() {
        Err(ApiError::gone("The order was deleted."))
    } else {
        Ok(response)
    }
}

async fn guarded(reports: &Reports, path: &str) {
    let routes = GuardedRouter::<()>::new().get("/orders/{id}", declared);
    let app: Router = routes
        .into_router()
        .layer(axum::middleware::map_response(hide))
        .layer(ApiErrorLayer::new().report(reports.clone()));
    drop(app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await);
}

fn for_routes() -> Reports {
    let routes = GuardedRouter::<()>::new().get("/orders/{id}", declared);
    Reports::new().with_routes(routes.table())
}

#[tokio::test]
async fn undeclared_code_fails_the_test() {
    let reports = for_routes();
    guarded(&reports, "/orders/1").await;
    assert_eq!(reports.single().code(), "gone");
    let message = end_of_test(reports);
    let start = "codes were sent that their routes do not declare: 1\n\n410 gone at ";
    assert!(message.starts_with(start), "{message}");
    assert!(message.contains("\n  GET /orders/{id}, "), "{message}");
}

struct Deletions;

impl ProblemTypes for Deletions {
    const TYPES: Types = Types { own: &[&GONE], others: &[] };
}

#[tokio::test]
async fn declared_codes_pass() {
    let reports = for_routes();
    guarded(&reports, "/orders/404").await;
    guarded(&reports, "/orders/x").await;
    guarded(&reports, "/elsewhere").await;
    guarded(&reports, "/orders/501").await;
    let codes: Vec<_> = reports.take().iter().map(ReportedError::code).collect();
    let expected = ["order_not_found", "validation_failed", "route_not_found", "internal_error"];
    assert_eq!(codes, expected);
    assert_eq!(end_of_test(reports), "");

    let reports = for_routes().with_problem_types(Deletions::TYPES);
    guarded(&reports, "/orders/1").await;
    assert_eq!(end_of_test(reports), "");
}
