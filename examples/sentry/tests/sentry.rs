//! Tests of what Sentry receives from the real program over HTTP: the test is the envelope endpoint.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::{Router, extract::State, routing::post};
use http::{Method, Request};
use serde_json::{Value, json};
use support::example::Example;
use support::{Answer, axum_serve, get, with};

/// A secret in a place of the request that no event may contain.
const CANARY: &str = "hunter2";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The envelopes that Sentry has received.
#[derive(Clone, Default)]
struct Envelopes(Arc<Mutex<Vec<String>>>);

impl Envelopes {
    fn texts(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// Returns the events. An envelope is a header, then a header and a payload for each item, each on a
    /// line of its own.
    fn events(&self) -> Vec<Value> {
        let mut events = Vec::new();
        for envelope in self.texts() {
            let lines: Vec<Value> =
                envelope.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let (header, items) = lines.split_first().unwrap();
            for item in items.chunks(2).filter(|item| item[0]["type"] == "event") {
                let id = header["event_id"].as_str().unwrap();
                assert_eq!(item[1]["event_id"], id.replace('-', ""));
                events.push(item[1].clone());
            }
        }
        events
    }
}

/// The program, and the Sentry that it sends its events to.
struct Service {
    program: Example,
    envelopes: Envelopes,
}

impl Service {
    async fn start(settings: &[(&str, &str)]) -> Self {
        let envelopes = Envelopes::default();
        let sentry =
            Router::new().route("/api/1/envelope/", post(receive)).with_state(envelopes.clone());
        let dsn = format!("http://key@{}/1", axum_serve(sentry).await);
        let variables = [&[("SENTRY_DSN", &*dsn)], settings].concat();
        let program = Example::with(env!("CARGO_BIN_EXE_sentry-example"), &variables);
        Self { program: program.without_log(), envelopes }
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        self.program.send(request).await
    }

    /// Ends the program, which sends what is left, and returns all events.
    async fn stop(self) -> Vec<Value> {
        self.program.stop().await;
        for text in self.envelopes.texts() {
            assert!(!text.contains(CANARY), "{text}");
        }
        self.envelopes.events()
    }
}

async fn receive(State(envelopes): State<Envelopes>, headers: HeaderMap, body: String) {
    let auth = headers["x-sentry-auth"].to_str().unwrap();
    assert!(auth.contains("sentry_key=key"), "{auth}");
    envelopes.0.lock().unwrap().push(body);
}

/// Returns a request that fails, with a canary in every part.
fn failing(reference: &str) -> Request<Body> {
    let path = format!("/payments/{reference}-{CANARY}/refund?token={CANARY}");
    let fields = [
        ("content-type", "application/json"),
        ("authorization", &*format!("Bearer {CANARY}")),
        ("cookie", &*format!("session={CANARY}")),
        ("x-request-id", "checkout-17"),
        ("traceparent", &*format!("00-{TRACE}-00f067aa0ba902b7-01")),
    ];
    with(Method::POST, &path, &fields, format!(r#"{{"reason": "{CANARY}"}}"#))
}

/// Returns the id in the body of a problem as Sentry writes it.
fn event_id(answer: &Answer) -> String {
    let problem = answer.json();
    let instance = problem["instance"].as_str().unwrap();
    instance.strip_prefix("urn:uuid:").unwrap().replace('-', "")
}

#[tokio::test]
async fn failure_is_one_event_with_causes_fingerprint_and_ids() {
    let service = Service::start(&[]).await;
    let answer = service.send(failing("p")).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (500, "internal_error"));
    let events = service.stop().await;
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!(event["event_id"], event_id(&answer));
    assert_eq!(event["transaction"], "POST /payments/{reference}/refund");

    // The level `error` is the default of the protocol, and left out.
    assert_eq!(event["level"], Value::Null);
    let chain = event["exception"]["values"].as_array().unwrap();
    let texts: Vec<_> = chain.iter().map(|cause| (&cause["type"], &cause["value"])).collect();
    let expected = [
        (json!("std::io::error::Error"), json!("No such file or directory (os error 2)")),
        (json!("LedgerError"), json!("the ledger is not available")),
        (json!("sentry_example::PaymentError"), json!("the payment was not refunded")),
    ];
    assert_eq!(texts, expected.iter().map(|(ty, value)| (ty, value)).collect::<Vec<_>>());
    assert_eq!(chain[2]["mechanism"], json!({"type": "definable_errors", "handled": true}));

    // The place is that of the `?` in the handler.
    let frame = &chain[2]["stacktrace"]["frames"][0];
    assert_eq!(frame["filename"], "examples/sentry/src/main.rs");
    let place = format!("examples/sentry/src/main.rs:{}", frame["lineno"]);
    assert_eq!(event["fingerprint"], json!(["payment_refund", place]));

    let tags = json!({
        "code": "payment_refund",
        "status": "500",
        "route": "/payments/{reference}/refund",
        "instance": answer.json()["instance"].as_str().unwrap().trim_start_matches("urn:uuid:"),
        "request_id": "checkout-17",
        "trace_id": TRACE,
    });
    assert_eq!(event["tags"], tags);
    assert_eq!(event["contexts"]["trace"]["trace_id"], TRACE);
    assert_eq!(event["contexts"]["trace"]["parent_span_id"], "00f067aa0ba902b7");
    assert_eq!((&event["request"], &event["extra"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn panic_is_an_event_that_was_not_handled() {
    let service = Service::start(&[]).await;
    let answer = service.send(get("/payments/largest")).await;
    assert_eq!(answer.code(), "internal_error");
    let events = service.stop().await;
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!(event["event_id"], event_id(&answer));
    let cause = &event["exception"]["values"][0];
    assert_eq!((&cause["type"], &cause["value"]), (&json!("panic"), &json!("there is a payment")));
    assert_eq!(cause["mechanism"], json!({"type": "panic", "handled": false}));
    assert_eq!(cause["stacktrace"]["frames"][0]["filename"], "examples/sentry/src/main.rs");
    // The caller sent no id of its own.
    let id = event["tags"]["request_id"].as_str().unwrap();
    assert_eq!(id.replace('-', ""), event_id(&answer));
}

#[tokio::test]
async fn mistake_of_a_client_is_no_event_unless_its_level_is_reported() {
    let service = Service::start(&[]).await;
    assert_eq!(service.send(failing("unknown")).await.code(), "payment_not_found");
    assert_eq!(service.send(get(&format!("/{CANARY}"))).await.code(), "route_not_found");
    assert_eq!(service.stop().await, [] as [Value; 0]);

    let service = Service::start(&[("REPORT_LEVEL", "debug")]).await;
    let answer = service.send(failing("unknown")).await;
    service.send(get(&format!("/{CANARY}"))).await;
    let events = service.stop().await;
    assert_eq!(events.len(), 2, "{events:?}");
    let event = &events[0];
    assert_eq!((&event["event_id"], &event["level"]), (&json!(event_id(&answer)), &json!("debug")));
    let cause = &event["exception"]["values"][0];
    assert_eq!(cause["type"], "payment_not_found");
    assert_eq!(cause["value"], "Payment not found");
    assert_eq!(events[1]["tags"]["code"], "route_not_found");
    assert_eq!(events[1]["transaction"], Value::Null);
}

#[tokio::test]
async fn flood_is_ten_events_and_a_count_of_what_was_left_out() {
    const REQUESTS: u64 = 40;
    let interval = Duration::from_secs(4);
    let service = Service::start(&[("REPORT_INTERVAL", "4")]).await;
    for _ in 0..REQUESTS {
        service.send(failing("p")).await;
    }
    // A failure at another place has a limit of its own.
    service.send(get("/payments/largest")).await;
    tokio::time::sleep(interval).await;
    service.send(failing("p")).await;
    let events = service.stop().await;
    let is_refund = |event: &&Value| event["tags"]["code"] == "payment_refund";
    let refunds: Vec<_> = events.iter().filter(is_refund).collect();
    assert_eq!((refunds.len(), events.len()), (11, 12), "{events:?}");
    let left_out: Vec<_> =
        refunds.iter().filter_map(|event| event["extra"]["left_out"].as_u64()).collect();
    assert_eq!(left_out, [REQUESTS - 10]);
}
