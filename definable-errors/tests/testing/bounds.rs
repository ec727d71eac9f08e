//! Tests of the bounds and the settings of a run.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, StatusCode};
use axum::routing::get;
use definable_errors::ApiErrorLayer;
use definable_errors::testing::{Rule, conformance};
use futures_util::stream;
use tower::service_fn;

use crate::failure_of;

fn app() -> Router {
    Router::new().route("/", get(|| async { "hello" })).layer(ApiErrorLayer::new())
}

#[tokio::test]
async fn run_ends_at_the_largest_number_of_requests() {
    let findings = conformance(app()).max_requests(10).run().await;
    assert_eq!(findings.requests(), 10);
    let reason = "it ended after 10 requests; raise `max_requests`";
    assert_eq!(findings.incomplete(), Some(reason));
    let message = failure_of(async move { findings.assert_empty() }).await;
    assert!(message.contains(reason), "{message}");
}

#[tokio::test]
async fn run_ends_at_its_time_limit() {
    let started = Instant::now();
    let slow = Router::new().fallback(|| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
    });
    let findings = conformance(slow).time_limit(Duration::from_millis(50)).run().await;
    assert!(findings.incomplete().is_some_and(|it| it.contains("raise `time_limit`")));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn response_that_does_not_come_is_a_finding() {
    let app = Router::new().route("/", get(std::future::pending::<()>)).layer(ApiErrorLayer::new());
    let run = conformance(app).failing(Method::GET, "/").timeout(Duration::from_millis(20));
    let findings = run.run().await;
    assert_eq!(findings.rules(), [Rule::Answered]);
    let finding = findings.iter().next().unwrap();
    assert_eq!((finding.status(), finding.found()), (None, "no response within 20ms"));
    assert_eq!(finding.to_string(), "GET / (named as failing): no response within 20ms");
}

#[tokio::test]
async fn error_of_the_service_is_a_finding() {
    let service = service_fn(|_: Request<Body>| async {
        Err::<Response<Body>, _>(std::io::Error::other("no backend"))
    });
    let findings = conformance(service).run().await;
    assert_eq!(findings.rules(), [Rule::Answered]);
    assert!(findings.to_string().contains("an error that closes the connection: no backend"));
}

#[tokio::test]
async fn failed_body_that_breaks_off_is_a_finding() {
    let service = service_fn(|_: Request<Body>| async {
        let body = Body::from_stream(stream::iter([Ok("{"), Err("closed")]));
        Ok::<_, Infallible>(Response::builder().status(404).body(body).unwrap())
    });
    let findings = conformance(service).run().await;
    assert_eq!(findings.rules(), [Rule::Answered]);
    assert!(findings.to_string().contains("a body that breaks off: closed"));
}

#[tokio::test]
async fn successful_stream_is_not_awaited() {
    let app = Router::new()
        .route(
            "/",
            get(|| async { Body::from_stream(stream::pending::<Result<&str, Infallible>>()) }),
        )
        .layer(ApiErrorLayer::new());
    let findings = conformance(app).route(Method::GET, "/").run().await;
    findings.assert_empty();
}

#[tokio::test]
async fn run_that_is_throttled_is_incomplete() {
    use definable_errors::ApiError;
    let app = Router::new()
        .fallback(|| async { ApiError::rate_limited(Duration::from_secs(1)) })
        .layer(ApiErrorLayer::new());
    let findings = conformance(app).run().await;
    assert!(findings.is_empty(), "{findings}");
    assert!(findings.incomplete().is_some_and(|it| it.contains("most responses are 429")));
}

#[tokio::test]
async fn rule_with_an_exception_is_not_checked() {
    let app = || Router::new().fallback(|| async { StatusCode::OK }).layer(ApiErrorLayer::new());
    assert_eq!(conformance(app()).run().await.rules(), [Rule::UnknownRoute]);
    let reason = "unknown paths are pages of the single-page application";
    let findings = conformance(app()).except(Rule::UnknownRoute, reason).run().await;
    findings.assert_empty();
    let line = format!("not checked: UnknownRoute, because {reason}\n");
    assert!(findings.to_string().contains(&line), "{findings}");
}

#[tokio::test]
async fn requests_have_peers_that_are_not_local_and_differ() {
    use std::collections::HashSet;
    use std::sync::{Arc, Mutex};
    let seen = Arc::new(Mutex::new(HashSet::new()));
    let service = {
        let seen = Arc::clone(&seen);
        service_fn(move |request: Request<Body>| {
            let ConnectInfo(peer) = *request.extensions().get::<ConnectInfo<SocketAddr>>().unwrap();
            seen.lock().unwrap().insert(peer);
            async { Ok::<_, Infallible>(Response::new(Body::empty())) }
        })
    };
    let findings = conformance(service).run().await;
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), findings.requests());
    assert!(seen.iter().all(|peer| !peer.ip().is_loopback()));
}

#[tokio::test]
async fn shared_header_is_sent_unless_a_request_has_its_own() {
    use std::sync::{Arc, Mutex};
    let seen = Arc::new(Mutex::new(Vec::new()));
    let service = {
        let seen = Arc::clone(&seen);
        service_fn(move |request: Request<Body>| {
            let fields = request.headers().get_all("authorization").iter().cloned();
            seen.lock().unwrap().push(fields.collect::<Vec<_>>());
            async { Ok::<_, Infallible>(Response::new(Body::empty())) }
        })
    };
    let run = conformance(service).route(Method::GET, "/").header("authorization", "Bearer ada");
    drop(run.run().await);
    let seen = seen.lock().unwrap();
    let with = |fields: &[&str]| seen.iter().filter(|it| *it == fields).count();
    assert!(with(&["Bearer ada"]) > 30);
    assert_eq!((with(&[]), with(&["Bearer"]), with(&["Bearer a", "Bearer b"])), (1, 1, 1));
}
