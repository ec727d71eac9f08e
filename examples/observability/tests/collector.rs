//! Tests of what a collector receives from both services: the test is the collector.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Request};
use axum::{Router, extract::State, routing::post};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use support::example::Example;
use support::{Answer, axum_serve, with};

/// A secret in a place of the request that nothing may contain that the collector receives.
const CANARY: &str = "hunter2";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// What the collector has received.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Received>>);

#[derive(Default)]
struct Received {
    records: Vec<Record>,
    spans: Vec<Span>,
}

#[derive(Debug)]
struct Record {
    service: String,
    text: String,
    severity: String,
    trace: String,
    span: String,
    attributes: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Span {
    service: String,
    name: String,
    kind: Kind,
    trace: String,
    id: String,
    parent: String,
    is_error: bool,
    events: usize,
    attributes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Server,
    Client,
    Other,
}

async fn receive_logs(State(collector): State<Collector>, body: Bytes) {
    assert_clean(&body);
    let request = ExportLogsServiceRequest::decode(body).unwrap();
    for sent in request.resource_logs {
        let service = service_name(sent.resource);
        let records = sent.scope_logs.into_iter().flat_map(|scope| scope.log_records);
        collector.0.lock().unwrap().records.extend(records.map(|record| Record {
            service: service.clone(),
            text: record.body.map(text).unwrap_or_default(),
            severity: record.severity_text,
            trace: hex(&record.trace_id),
            span: hex(&record.span_id),
            attributes: attributes(record.attributes),
        }));
    }
}

async fn receive_spans(State(collector): State<Collector>, body: Bytes) {
    assert_clean(&body);
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    for sent in request.resource_spans {
        let service = service_name(sent.resource);
        let spans = sent.scope_spans.into_iter().flat_map(|scope| scope.spans);
        collector.0.lock().unwrap().spans.extend(spans.map(|span| Span {
            service: service.clone(),
            name: span.name,
            kind: match span.kind {
                2 => Kind::Server,
                3 => Kind::Client,
                _ => Kind::Other,
            },
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
            is_error: span.status.is_some_and(|status| status.code == 2),
            events: span.events.len(),
            attributes: attributes(span.attributes),
        }));
    }
}

fn assert_clean(message: &[u8]) {
    let text = String::from_utf8_lossy(message);
    assert!(!text.contains(CANARY), "{text}");
}

fn service_name(resource: Option<Resource>) -> String {
    attributes(resource.unwrap().attributes)["service.name"].clone()
}

fn attributes(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let pair = |pair: KeyValue| (pair.key, pair.value.map(text).unwrap_or_default());
    attributes.into_iter().map(pair).collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(id: &[u8]) -> String {
    id.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Received {
    /// Returns the records of failures of a service.
    fn failures(&self, service: &str) -> Vec<&Record> {
        let is_failure = |record: &&Record| record.attributes.contains_key("error.type");
        let records = self.records.iter().filter(is_failure);
        records.filter(|record| record.service == service).collect()
    }

    /// Returns the spans of a service.
    fn spans(&self, service: &str, kind: Kind) -> Vec<&Span> {
        let is_kind = |span: &&Span| span.service == service && span.kind == kind;
        self.spans.iter().filter(is_kind).collect()
    }
}

/// Both services, and the collector that they send to.
struct Services {
    shop: Example,
    stock: Example,
    collector: Collector,
}

impl Services {
    async fn start() -> Self {
        let collector = Collector::default();
        let routes = Router::new()
            .route("/v1/logs", post(receive_logs))
            .route("/v1/traces", post(receive_spans))
            .layer(DefaultBodyLimit::disable())
            .with_state(collector.clone());
        let endpoint = format!("http://{}", axum_serve(routes).await);
        let stock = program("stock", &[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]);
        let stock_url = format!("http://{}", stock.address());
        let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", &*endpoint), ("STOCK_URL", &*stock_url)];
        let shop = program("shop", &settings);
        Self { shop, stock, collector }
    }

    async fn order(&self, item: &str, trace: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("content-type", "application/json"),
            ("authorization", "Bearer hunter2"),
            ("cookie", "session=hunter2"),
            ("x-request-id", "checkout-17"),
        ];
        fields.extend(trace);
        let body = format!(r#"{{"item": "{item}", "quantity": 1, "card": "{CANARY}"}}"#);
        let path = format!("/orders?token={CANARY}");
        self.send(with(Method::POST, &path, &fields, body)).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        self.shop.send(request).await
    }

    /// Ends the services, which send what is left, and returns all of it.
    async fn stop(self) -> Received {
        self.shop.stop().await;
        self.stock.stop().await;
        std::mem::take(&mut *self.collector.0.lock().unwrap())
    }
}

fn program(service: &str, settings: &[(&str, &str)]) -> Example {
    let mut command = Command::new(env!("CARGO_BIN_EXE_observability"));
    Example::from_command(command.arg(service).envs(settings.iter().copied())).without_log()
}

#[tokio::test]
async fn failure_is_one_record_and_one_span_of_each_service_in_the_trace_of_the_caller() {
    let services = Services::start().await;
    let traceparent = format!("00-{TRACE}-{PARENT}-01");
    let answer = services.order("coffee", &[("traceparent", &traceparent)]).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (502, "upstream_failed"));
    let problem = answer.json();
    assert_eq!(problem["trace_id"], TRACE);
    let received = services.stop().await;

    let [in_shop] = received.spans("shop", Kind::Server)[..] else { panic!("not one span") };
    let [call] = received.spans("shop", Kind::Client)[..] else { panic!("not one span") };
    let [in_stock] = received.spans("stock", Kind::Server)[..] else { panic!("not one span") };
    assert_eq!(received.spans.len(), 3, "{:?}", received.spans);
    assert_eq!([&in_shop.parent, &call.parent, &in_stock.parent], [PARENT, &in_shop.id, &call.id]);
    for (span, name, code, status) in [
        (in_shop, "POST /orders", "upstream_failed", Some("502")),
        (call, "POST /reservations", "upstream_failed", None),
        (in_stock, "POST /reservations", "stock_not_counted", Some("500")),
    ] {
        assert_eq!((&*span.name, &*span.trace), (name, TRACE));
        assert_eq!((span.is_error, span.events), (true, 0), "{span:?}");
        assert_eq!(span.attributes["error.type"], code);
        let found = span.attributes.get("http.response.status_code").map(String::as_str);
        assert_eq!(found, status);
    }
    assert_eq!(in_shop.attributes["http.route"], "/orders");
    assert_eq!(in_shop.attributes["http.request.method"], "POST");

    let [of_shop] = received.failures("shop")[..] else { panic!("not one record") };
    let [of_stock] = received.failures("stock")[..] else { panic!("not one record") };
    for (record, span) in [(of_shop, in_shop), (of_stock, in_stock)] {
        assert_eq!((&record.trace, &record.span), (&span.trace, &span.id));
        assert_eq!(record.severity, "ERROR");
        assert_eq!(record.attributes["request_id"], "checkout-17");
        assert_eq!(record.attributes["trace_id"], TRACE);
        for name in ["error.type", "http.response.status_code", "http.route"] {
            assert_eq!(record.attributes[name], span.attributes[name], "{name}");
        }
    }
    assert_eq!(problem["instance"], format!("urn:uuid:{}", of_shop.attributes["id"]));
    assert_eq!(
        of_stock.attributes["exception.message"],
        "the item could not be counted: the list of the item cannot be read: \
         No such file or directory (os error 2)"
    );
    assert_eq!(of_stock.attributes["exception.type"], "observability::stock::StockError");
    assert!(of_stock.attributes["location"].starts_with("examples/observability/src/stock.rs:"));
    // The record of the shop names that of the stock.
    let cause = &of_shop.attributes["exception.message"];
    assert!(cause.contains(&of_stock.attributes["id"]), "{cause}");
    assert!(of_shop.attributes["location"].starts_with("examples/observability/src/shop.rs:"));

    // What a handler logs is in the same span.
    let logged = received.records.iter().find(|record| record.text == "reserving").unwrap();
    assert_eq!((&logged.trace, &logged.span), (&in_stock.trace, &in_stock.id));
}

#[tokio::test]
async fn mistake_of_a_client_is_a_debug_record_and_a_span_that_is_no_error() {
    let services = Services::start().await;
    let answer = services.order("milk", &[]).await;
    assert_eq!((answer.status.as_u16(), &*answer.code()), (404, "item_unknown"));
    let (method, path) = (Method::from_bytes(b"HUNT").unwrap(), format!("/{CANARY}"));
    let invented = services.send(with(method, &path, &[], "")).await;
    assert_eq!(invented.code(), "route_not_found");
    let received = services.stop().await;

    let codes = |service| {
        let records = received.failures(service).into_iter();
        records.map(|record| (&*record.severity, &*record.attributes["error.type"])).collect()
    };
    let (of_shop, of_stock): (Vec<_>, Vec<_>) = (codes("shop"), codes("stock"));
    assert_eq!(of_shop, [("DEBUG", "item_unknown"), ("DEBUG", "route_not_found")]);
    assert_eq!(of_stock, [("DEBUG", "stock_unknown_item")]);

    let shop = received.spans("shop", Kind::Server);
    assert_eq!(shop.iter().map(|span| &*span.name).collect::<Vec<_>>(), ["POST /orders", "HTTP"]);
    assert_eq!(shop[1].attributes["http.request.method"], "_OTHER");
    let stock = received.spans("stock", Kind::Server);
    assert_eq!(stock.len(), 1);
    for span in shop.iter().chain(&stock) {
        assert!(!span.is_error && !span.attributes.contains_key("error.type"), "{span:?}");
    }
}

#[tokio::test]
async fn request_without_a_trace_starts_one_for_both_services() {
    let services = Services::start().await;
    assert_eq!(services.order("tea", &[]).await.status, 200);
    let answer = services.order("coffee", &[]).await;
    assert_eq!(answer.status, 502);
    let received = services.stop().await;
    let shop = received.spans("shop", Kind::Server);
    let stock = received.spans("stock", Kind::Server);
    let traces = |spans: &[&Span]| spans.iter().map(|span| span.trace.clone()).collect::<Vec<_>>();
    assert_eq!((shop.len(), traces(&shop)), (2, traces(&stock)));
    assert_ne!(shop[0].trace, shop[1].trace);
    assert_eq!(answer.json()["trace_id"], shop[1].trace);
    assert!(shop.iter().all(|span| span.parent.is_empty()), "{shop:?}");
    for service in ["shop", "stock"] {
        let [record] = received.failures(service)[..] else { panic!("not one record") };
        assert_eq!(record.trace, shop[1].trace);
    }
}

#[tokio::test]
async fn prometheus_reads_the_number_of_failures_by_code_and_route() {
    let services = Services::start().await;
    for _ in 0..3 {
        assert_eq!(services.order("coffee", &[]).await.status, 502);
    }
    let scrape = services.send(support::get("/metrics")).await.body;
    let is_count = |line: &&str| line.starts_with("problems_total{");
    let [count] = scrape.lines().filter(is_count).collect::<Vec<_>>()[..] else {
        panic!("not one series: {scrape}")
    };
    assert!(count.contains(r#"error_type="upstream_failed""#) && count.ends_with(" 3"), "{count}");
    assert!(count.contains(r#"http_route="/orders""#) && !scrape.contains(CANARY), "{scrape}");
}
