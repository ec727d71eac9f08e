//! Two services in a row, both built with this library: the first one calls the second, which
//! fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get as on_get;
use definable_errors::upstream::Upstream;
use definable_errors::{ApiError, ApiErrorLayer, ResultExt};
use http_body_util::BodyExt;
use serde_json::Value;
use support::{Answer, get, send, serve};

use super::server::app;
use crate::reports::{logged, subscribe};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The bodies with which the second service answered.
type Bodies = Arc<Mutex<Vec<Value>>>;

/// What became of one request to the first service.
struct Outcome {
    answer: Answer,
    /// The problem that the second service answered with.
    second: Value,
    /// The fields of the log events, in their order: that of the second service is first.
    events: [Value; 2],
}

/// Sends a request to a service that calls another one, which fails in this way.
async fn outcome(fail: fn() -> ApiError) -> Outcome {
    let bodies = Bodies::default();
    let second = Router::new()
        .route("/orders/42", on_get(move || async move { fail() }))
        .layer(ApiErrorLayer::new())
        .layer(from_fn_with_state(bodies.clone(), record));
    let url = format!("http://{}", serve(second).await);
    let first = app(Upstream::builder("orders", url).retries(0).build().unwrap());
    let mut request = get("/order");
    let trace = format!("00-{TRACE}-00f067aa0ba902b7-01");
    request.headers_mut().insert("x-request-id", "checkout-17".parse().unwrap());
    request.headers_mut().insert("traceparent", trace.parse().unwrap());

    subscribe();
    logged();
    let answer = send(first, request).await;
    answer.check();
    let events: Vec<_> = logged().into_iter().map(|mut event| event["fields"].take()).collect();
    let [second] = &*std::mem::take(&mut *bodies.lock().unwrap()) else { panic!("one answer") };
    Outcome { answer, second: second.clone(), events: events.try_into().unwrap() }
}

/// Records the body of a response.
async fn record(State(bodies): State<Bodies>, request: Request, next: Next) -> Response {
    let (parts, body) = next.run(request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    bodies.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    Response::from_parts(parts, Body::from(body))
}

fn internal() -> ApiError {
    std::fs::read("/no/such/hunter2").or_internal().unwrap_err()
}

#[tokio::test]
async fn one_trace_leads_through_both() {
    for fail in [internal, || ApiError::not_found("hunter2")] {
        let Outcome { answer, second, events } = outcome(fail).await;
        for (of, ids) in [("first", &answer.json()), ("second", &second)] {
            assert_eq!(
                (&ids["trace_id"], &ids["request_id"]),
                (&TRACE.into(), &"checkout-17".into()),
                "{of}"
            );
        }
        for event in &events {
            assert_eq!(
                (&event["trace_id"], &event["request_id"]),
                (&TRACE.into(), &"checkout-17".into())
            );
        }
        assert_eq!(
            (&events[0]["http.route"], &events[1]["http.route"]),
            (&"/orders/42".into(), &"/order".into())
        );
        assert_ne!(events[0]["id"], events[1]["id"], "each response has an id of its own");
    }
}

#[tokio::test]
async fn problem_of_the_second_is_in_the_log_of_the_first_and_not_in_its_answer() {
    let failures: [fn() -> ApiError; 6] = [
        internal,
        || ApiError::not_found("hunter2"),
        || ApiError::gone("hunter2"),
        || ApiError::rate_limited(Duration::from_secs(7)),
        || ApiError::overloaded(Duration::from_secs(8)),
        ApiError::upstream_timeout,
    ];
    let answers = [
        (502, "upstream_failed", None),
        (502, "upstream_failed", None),
        (502, "upstream_failed", None),
        (503, "service_unavailable", Some("7")),
        (503, "service_unavailable", Some("8")),
        (504, "upstream_timeout", None),
    ];
    for (fail, (status, code, wait)) in failures.into_iter().zip(answers) {
        let Outcome { answer, second, events: [_, first] } = outcome(fail).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code));
        assert_eq!(answer.header("retry-after"), wait);

        let [code, instance] = ["code", "instance"].map(|name| second[name].as_str().unwrap());
        let chain = first["error"].as_str().unwrap();
        assert!(chain.contains(&format!("answered {}", second["status"])), "{chain}");
        assert!(chain.contains(&format!("code {code}")), "{chain}");
        assert!(chain.contains(&format!("instance {instance}")), "{chain}");

        assert!(!answer.body.contains(instance) && !answer.body.contains("hunter2"));
        assert!(!answer.body.contains("orders"), "{}", answer.body);
    }
}

/// A panic is an answer like any other: the ids of the request lead to it.
#[tokio::test]
async fn second_that_panics_is_502_with_one_trace() {
    let Outcome { answer, second, events: [panicked, first] } = outcome(|| panic!("hunter2")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (502, "upstream_failed"));
    assert_eq!((&second["code"], &panicked["trace_id"]), (&"internal_error".into(), &TRACE.into()));
    assert_eq!(first["trace_id"], TRACE);
    assert!(!answer.body.contains("hunter2") && !second.to_string().contains("hunter2"));
}
