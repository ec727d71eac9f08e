//! Tests of the span that puts the ids and the route of a request on every log line.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use axum::routing::get as on_get;
use bytes::Bytes;
use definable_errors::layer::RequestSpan;
use definable_errors::render::{Failure, Rendering, Representation};
use definable_errors::report::FieldNames;
use definable_errors::stack::Stack;
use definable_errors::{ApiError, ApiErrorLayer};
use futures_util::{StreamExt, stream};
use http::Request;
use serde_json::Value;
use support::send;
use tower::{Layer, ServiceExt};
use tower_http::trace::TraceLayer;

use crate::log_lines::{as_json, objects};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn routes() -> Router {
    let fine = || async {
        tracing::info!("inside");
        tokio::task::yield_now().await;
        tracing::info!("inside");
    };
    let streamed = || async {
        let frames = stream::iter(0..2).map(|_| {
            tracing::info!("inside");
            Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
        });
        Body::from_stream(frames).into_response()
    };
    Router::new()
        .route("/fine/{name}", on_get(fine))
        .route("/streamed", on_get(streamed))
        .route("/failed", on_get(|| async { ApiError::internal_error() }))
        .route("/slow", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
}

fn request(path: &str) -> Request<Body> {
    let request = Request::get(path)
        .header("x-request-id", "abc")
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
    request.body(Body::empty()).unwrap()
}

fn usual() -> Router {
    routes().layer(ApiErrorLayer::new().request_span(RequestSpan::new()))
}

/// Asserts that an event is inside the span of the request for a route.
fn assert_inside(event: &Value, route: &str) {
    let span = &event["span"];
    assert_eq!(span["name"], "request", "{event}");
    assert_eq!(span["http.route"], route, "{event}");
    assert_eq!(span["http.request.method"], "GET", "{event}");
    assert_eq!((&span["request_id"], &span["trace_id"]), (&"abc".into(), &TRACE.into()));
    assert_eq!(span["id"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn every_line_has_the_ids_and_the_route() {
    let _logs = as_json();
    for (path, route) in [("/fine/hunter2", "/fine/{name}"), ("/streamed", "/streamed")] {
        send(usual(), request(path)).await;
        let events = objects();
        assert_eq!(events.len(), 2, "{events:?}");
        for event in &events {
            assert_inside(event, route);
            assert!(!event.to_string().contains("hunter2"), "the route, never the path");
        }
    }
}

fn as_a_layer() -> Router {
    routes().layer(ApiErrorLayer::new()).layer(RequestSpan::new())
}

#[tokio::test]
async fn event_of_a_failure_is_inside_and_is_the_only_line() {
    let _logs = as_json();
    for app in [usual(), as_a_layer()] {
        send(app, request("/failed")).await;
        let [event] = &*objects() else { panic!("one event") };
        assert_inside(event, "/failed");
        assert_eq!(event["level"], "ERROR");
        assert_eq!(event["fields"]["id"], event["span"]["id"]);
    }
}

#[tokio::test]
async fn event_of_a_client_that_disconnected_is_inside() {
    let _logs = as_json();
    for app in [usual(), as_a_layer()] {
        let sent = app.oneshot(request("/slow"));
        assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
        let [event] = &*objects() else { panic!("one event") };
        assert_inside(event, "/slow");
        assert_eq!(event["fields"]["http.response.status_code"], 499);
        tracing::info!("outside");
        assert!(objects()[0].get("span").is_none(), "the span was left");
    }
}

#[tokio::test]
async fn short_names_are_those_of_the_short_event() {
    let _logs = as_json();
    let span = RequestSpan::new().field_names(FieldNames::Short);
    send(routes().layer(ApiErrorLayer::new()).layer(span), request("/failed")).await;
    let span = objects()[0]["span"].take();
    assert_eq!((&span["method"], &span["route"]), (&"GET".into(), &"/failed".into()));
}

#[tokio::test]
async fn request_without_ids_gets_the_id_of_its_response() {
    let _logs = as_json();
    let request = Request::get("/fine/x").body(Body::empty()).unwrap();
    let answer = send(usual(), request).await;
    for event in objects() {
        assert_eq!(event["span"]["id"], answer.header("x-request-id").unwrap());
        assert!(
            event["span"].get("request_id").is_none() && event["span"].get("trace_id").is_none()
        );
    }
}

#[tokio::test]
async fn layer_of_its_own_and_setting_of_the_stack_have_the_same_ids() {
    let _logs = as_json();
    let inside = routes().layer(RequestSpan::new()).layer(ApiErrorLayer::new());
    let outside = routes().layer(ApiErrorLayer::new()).layer(RequestSpan::new());
    let stacked = routes().layer(Stack::new().request_span(RequestSpan::new()));
    for app in [inside, outside, stacked] {
        send(app, request("/fine/x")).await;
        let events = objects();
        assert_eq!(events.len(), 2);
        for event in &events {
            assert_inside(event, "/fine/{name}");
        }
    }
    send(routes().layer(Stack::new()), request("/fine/x")).await;
    assert!(objects().iter().all(|event| event.get("span").is_none()));
}

/// Around a whole router the route is not known before it was matched.
#[tokio::test]
async fn span_around_a_router_learns_the_route() {
    let _logs = as_json();
    let inner = || routes().layer(ApiErrorLayer::new());
    let layer = Router::new().fallback_service(RequestSpan::new().layer(inner()));
    let setting = ApiErrorLayer::new().request_span(RequestSpan::new()).layer(inner());
    for app in [layer, Router::new().fallback_service(setting)] {
        send(app, request("/streamed")).await;
        let events = objects();
        assert_eq!(events.len(), 2);
        for event in &events {
            assert_inside(event, "/streamed");
        }
    }
}

#[tokio::test]
async fn span_fits_under_and_over_the_trace_layer_and_adds_no_line() {
    let _logs = as_json();
    let errors = || routes().layer(ApiErrorLayer::new());
    let apps = [
        errors().layer(TraceLayer::new_for_http()),
        errors().layer(RequestSpan::new()).layer(TraceLayer::new_for_http()),
        errors().layer(TraceLayer::new_for_http()).layer(RequestSpan::new()),
    ];
    let mut lines = Vec::new();
    for app in apps {
        let answer = send(app, request("/failed")).await;
        answer.check();
        let events = objects();
        let ours = events.iter().filter(|event| event["target"] == "definable_errors");
        let levels: Vec<_> = ours.map(|event| event["level"].clone()).collect();
        assert_eq!(levels, ["ERROR"]);
        lines.push(events.len());
    }
    assert!(lines[0] > 1 && lines.iter().all(|count| *count == lines[0]), "{lines:?}");
}

/// Logs when it is dropped.
struct LogsItsEnd;

impl Drop for LogsItsEnd {
    fn drop(&mut self) {
        tracing::info!("dropped");
    }
}

fn rendered_later(wait: Duration) -> Router {
    let render = move |_: &Failure| {
        Rendering::Later(Box::pin(async move {
            let _end = LogsItsEnd;
            tokio::time::sleep(wait).await;
            tracing::info!("rendering");
            Representation::new("application/json", "1")
        }))
    };
    routes().layer(ApiErrorLayer::new().render(render).request_span(RequestSpan::new()))
}

#[tokio::test]
async fn body_that_is_rendered_later_is_rendered_inside() {
    let _logs = as_json();
    send(rendered_later(Duration::from_millis(5)), request("/failed")).await;
    let events = objects();
    let messages: Vec<_> = events.iter().map(|event| &event["fields"]["message"]).collect();
    assert_eq!(messages, ["Internal server error", "rendering", "dropped"]);
    for event in &events {
        assert_inside(event, "/failed");
    }
    tracing::info!("outside");
    assert!(objects()[0].get("span").is_none(), "the span was left");
}

#[tokio::test]
async fn body_whose_client_disconnects_is_dropped_inside() {
    let _logs = as_json();
    let sent = rendered_later(Duration::from_secs(60)).oneshot(request("/failed"));
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
    let events = objects();
    assert_eq!(events.len(), 2, "{events:?}");
    for event in &events {
        assert_inside(event, "/failed");
    }
}
