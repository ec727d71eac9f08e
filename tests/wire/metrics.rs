//! Tests of the metrics, as Prometheus scrapes them.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::{get as on_get, post};
use definable_errors::extract::Batch;
use definable_errors::report::{Metrics, Reporter};
use definable_errors::stream::Ndjson;
use definable_errors::{ApiError, ApiErrorLayer, RequestContext, ResultExt};
use expect_test::{Expect, expect};
use futures_util::stream;
use http::{Method, Request};
use http_body_util::BodyExt;
use metrics::set_default_local_recorder;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tower::ServiceExt;

use crate::spans::StoreError;

async fn import(batch: Batch<u8>) -> Batch<u8> {
    let save = async |item: u8| match item {
        0 => Ok(item),
        1 => Err(ApiError::conflict("There is one already.")),
        _ => Err(io::Error::other("the disk is full")).or_internal(),
    };
    batch.each(save).await
}

async fn start(reporter: Reporter, context: RequestContext) {
    tokio::spawn(async move { reporter.report(&ApiError::upstream_failed(), &context) })
        .await
        .unwrap();
}

fn app() -> Router {
    let layer = ApiErrorLayer::new().report(Metrics::new());
    let reporter = layer.reporter();
    let rows = || stream::iter([Ok(1), Err(ApiError::internal_error())]);
    let body = || Body::from_stream(stream::iter([Err::<&str, _>(io::Error::other("cut"))]));
    Router::new()
        .route("/fine", on_get(|| async {}))
        .route("/orders/{id}", on_get(|| async { ApiError::conflict("Paid already.") }))
        .route("/store", on_get(|| async { Err::<(), _>(StoreError::Read) }))
        .route("/slow", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
        .route("/import", post(import))
        .route("/rows", on_get(async move || Ndjson::new(rows())))
        .route("/body", on_get(async move || body()))
        .route("/job", post(async move |context| start(reporter, context).await))
        .layer(layer)
}

fn recorder() -> PrometheusRecorder {
    PrometheusBuilder::new().build_recorder()
}

fn request(method: &Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.header("content-type", "application/json").body(Body::empty()).unwrap()
}

/// Sends a request, and reads the response to its end.
async fn ask(app: &Router, request: Request<Body>) {
    let response = app.clone().oneshot(request).await.unwrap();
    let _ = response.into_body().collect().await;
}

/// Returns the samples of a metric in the order of their labels, without the name.
fn samples(prometheus: &PrometheusHandle, name: &str) -> Vec<String> {
    let scrape = prometheus.render();
    let start = format!("{name}{{");
    let lines = scrape.lines().filter_map(|line| line.strip_prefix(&start));
    let mut lines: Vec<_> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

fn assert_counts(prometheus: &PrometheusHandle, expected: &Expect) {
    expected.assert_eq(&(samples(prometheus, "problems_total").join("\n") + "\n"));
}

#[tokio::test]
async fn flood_of_unknown_routes_and_methods_is_counted_in_few_series() {
    let recorder = recorder();
    let _guard = set_default_local_recorder(&recorder);
    let app = app();
    for number in 0..2_000 {
        let unknown = Method::from_bytes(format!("HUNTER{number}").as_bytes()).unwrap();
        ask(&app, request(&Method::GET, &format!("/hunter/{number}?key={number}"))).await;
        ask(&app, request(&unknown, &format!("/hunter/{number}"))).await;
        ask(&app, request(&unknown, &format!("/orders/{number}"))).await;
        ask(&app, request(&Method::GET, &format!("/orders/{number}"))).await;
    }
    assert_counts(
        &recorder.handle(),
        &expect![[r#"
        error_type="conflict",http_response_status_code="409",http_request_method="GET",problem_part="response",http_route="/orders/{id}"} 2000
        error_type="method_not_allowed",http_response_status_code="405",http_request_method="_OTHER",problem_part="response",http_route="/orders/{id}"} 2000
        error_type="route_not_found",http_response_status_code="404",http_request_method="GET",problem_part="response"} 2000
        error_type="route_not_found",http_response_status_code="404",http_request_method="_OTHER",problem_part="response"} 2000
    "#]],
    );
    let scrape = recorder.handle().render();
    assert!(!scrape.to_lowercase().contains("hunter"), "{scrape}");
}

#[tokio::test]
async fn every_part_that_fails_is_counted_by_the_code_for_operators() {
    let recorder = recorder();
    let _guard = set_default_local_recorder(&recorder);
    let app = app();
    for path in ["/store", "/store", "/fine", "/rows", "/body"] {
        ask(&app, request(&Method::GET, path)).await;
    }
    let batch = request(&Method::POST, "/import").map(|_| Body::from("[0,1,2,3]"));
    ask(&app, batch).await;
    ask(&app, request(&Method::POST, "/job")).await;
    let left = app.clone().oneshot(request(&Method::GET, "/slow"));
    assert!(tokio::time::timeout(Duration::from_millis(10), left).await.is_err());

    assert_counts(
        &recorder.handle(),
        &expect![[r#"
        error_type="client_disconnected",http_response_status_code="499",http_request_method="GET",problem_part="response",http_route="/slow"} 1
        error_type="internal_error",http_response_status_code="500",http_request_method="GET",problem_part="body",http_route="/body"} 1
        error_type="internal_error",http_response_status_code="500",http_request_method="GET",problem_part="body",http_route="/rows"} 1
        error_type="internal_error",http_response_status_code="500",http_request_method="POST",problem_part="item",http_route="/import"} 2
        error_type="store_read",http_response_status_code="500",http_request_method="GET",problem_part="response",http_route="/store"} 2
        error_type="upstream_failed",http_response_status_code="502",http_request_method="POST",problem_part="task",http_route="/job"} 1
    "#]],
    );
    // Only whole responses have a latency.
    let measured = samples(&recorder.handle(), "problem_duration_seconds_count");
    assert_eq!(measured.len(), 1, "{measured:?}");
    assert!(measured[0].contains("store_read") && measured[0].ends_with(" 2"), "{measured:?}");
}

#[tokio::test]
async fn latency_is_in_seconds_and_both_metrics_are_described() {
    let recorder = recorder();
    let _guard = set_default_local_recorder(&recorder);
    let slow = || async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        ApiError::internal_error()
    };
    let layer = ApiErrorLayer::new().report(Metrics::new());
    let app = Router::new().route("/", on_get(slow)).layer(layer);
    ask(&app, request(&Method::GET, "/")).await;

    let sums = samples(&recorder.handle(), "problem_duration_seconds_sum");
    let seconds: f64 = sums[0].rsplit(' ').next().unwrap().parse().unwrap();
    assert!((0.03..10.0).contains(&seconds), "{seconds}");
    let scrape = recorder.handle().render();
    for described in ["# HELP problems_total ", "# HELP problem_duration_seconds "] {
        assert!(scrape.contains(described), "{scrape}");
    }
}

#[tokio::test]
async fn recorder_that_is_installed_late_or_replaced_counts_from_then_on() {
    let app = app();
    ask(&app, request(&Method::GET, "/store")).await;
    for _ in 0..2 {
        let recorder = recorder();
        let _guard = set_default_local_recorder(&recorder);
        ask(&app, request(&Method::GET, "/store")).await;
        let counts = samples(&recorder.handle(), "problems_total");
        assert!(counts.len() == 1 && counts[0].ends_with(" 1"), "{counts:?}");
    }
}

#[test]
fn names_are_those_of_the_constants() {
    assert_eq!((Metrics::COUNT, Metrics::DURATION), ("problems_total", "problem_duration_seconds"));
}
