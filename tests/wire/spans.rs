//! Tests of what failures leave in the active OpenTelemetry span, and of its trace id.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get as on_get, post};
use definable_errors::extract::Batch;
use definable_errors::layer::RequestSpan;
use definable_errors::problem::Problem;
use definable_errors::render::{Failure, Rendering, Representation};
use definable_errors::report::{DefaultReport, ErrorEvent, Metrics};
use definable_errors::stream::Ndjson;
use definable_errors::{ApiError, ApiErrorLayer, RequestContext, ResultExt};
use futures_util::stream;
use http_body_util::BodyExt;
use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use opentelemetry::trace::{Status, TraceContextExt, TraceId, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tower::{Layer, Service, ServiceExt};
use tower_http::trace::TraceLayer;
use tracing::subscriber::{DefaultGuard, set_default};
use tracing_subscriber::layer::SubscriberExt;

use crate::log_lines::{as_json, objects};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The spans of a test.
#[derive(Clone)]
pub(crate) struct Spans {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
}

impl Spans {
    pub(crate) fn new() -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
        Self { exporter, provider }
    }

    /// Adds middleware as those of OpenTelemetry: a span for each request, which ends when the response
    /// is dropped.
    pub(crate) fn around(&self, app: Router) -> Router {
        self.around_ending(app, When::Dropped)
    }

    fn around_ending(&self, app: Router, when: When) -> Router {
        let tracer = self.provider.tracer("test");
        let in_span = move |request: Request, next: Next| {
            let context = Context::new().with_span(tracer.start("request"));
            async move {
                let response = next.run(request).with_context(context.clone()).await;
                if matches!(when, When::Answered) {
                    context.span().end();
                }
                response
            }
        };
        app.layer(from_fn(in_span))
    }

    /// Converts spans of `tracing` until the guard is dropped.
    fn bridge_tracing(&self) -> DefaultGuard {
        let bridge = tracing_opentelemetry::layer().with_tracer(self.provider.tracer("test"));
        set_default(tracing_subscriber::registry().with(bridge))
    }

    /// Returns the spans that ended.
    pub(crate) fn take(&self) -> Vec<SpanData> {
        let spans = self.exporter.get_finished_spans().unwrap();
        self.exporter.reset();
        spans
    }

    fn take_one(&self) -> SpanData {
        let mut spans = self.take();
        assert_eq!(spans.len(), 1, "{spans:?}");
        spans.remove(0)
    }
}

#[derive(Clone, Copy)]
enum When {
    Answered,
    Dropped,
}

#[derive(Debug, thiserror::Error, ApiError)]
#[api(prefix = "store")]
pub(crate) enum StoreError {
    #[error("reading failed")]
    #[api(status = 500)]
    Read,
}

async fn import(batch: Batch<u8>) -> Batch<u8> {
    let save = async |item: u8| match item {
        0 => Ok(item),
        1 => Err(ApiError::conflict("There is one already.")),
        2 => Err(StoreError::Read.into()),
        _ => Err(io::Error::other("the disk is full")).or_internal(),
    };
    batch.each(save).await
}

fn routes() -> Router {
    let rows = || stream::iter([Ok(1), Err(ApiError::upstream_failed())]);
    let body = || Body::from_stream(stream::iter([Err::<&str, _>(io::Error::other("cut"))]));
    let panics = || async {
        if true {
            panic!("canary")
        }
    };
    Router::new()
        .route("/fine", on_get(|context: RequestContext| async move { trace_of(&context) }))
        .route("/conflict", on_get(|| async { ApiError::conflict("Paid already.") }))
        .route("/store", on_get(|| async { Err::<(), _>(StoreError::Read) }))
        .route("/panics", on_get(panics))
        .route("/bare", on_get(|| async { http::StatusCode::BAD_GATEWAY }))
        .route("/import", post(import))
        .route("/rows", on_get(async move || Ndjson::new(rows())))
        .route("/body", on_get(async move || body()))
        .route("/slow", on_get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }))
}

fn trace_of(context: &RequestContext) -> String {
    context.trace_id().unwrap_or("none").to_owned()
}

/// Reports nothing, so that no event changes a span.
fn quiet() -> ApiErrorLayer {
    ApiErrorLayer::new().report(|_: &ErrorEvent<'_>| {})
}

fn request(path: &str) -> http::request::Builder {
    let method = if path == "/import" { "POST" } else { "GET" };
    http::Request::builder().method(method).uri(path).header("content-type", "application/json")
}

/// Sends a request, and returns the body as far as it is complete.
async fn ask(app: &Router, path: &str) -> String {
    let request = request(path).body(Body::from(if path == "/import" { "[0,1,2,3]" } else { "" }));
    read(app.clone().oneshot(request.unwrap()).await.unwrap()).await
}

async fn read(response: Response) -> String {
    let body = response.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    String::from_utf8(body.unwrap_or_default().to_vec()).unwrap()
}

fn attribute<'a>(span: &'a SpanData, name: &str) -> Option<std::borrow::Cow<'a, str>> {
    let mut values = span.attributes.iter().filter(|attribute| attribute.key.as_str() == name);
    let value = values.next().map(|attribute| attribute.value.as_str());
    assert!(values.next().is_none(), "{name} is set twice: {span:?}");
    value
}

/// A path, the code that the client sees, and the code for operators of a 5xx.
type Case = (&'static str, Option<&'static str>, Option<&'static str>);

const CASES: [Case; 9] = [
    ("/fine", None, None),
    ("/conflict", Some("conflict"), None),
    ("/unknown", Some("route_not_found"), None),
    ("/store", Some("internal_error"), Some("store_read")),
    ("/panics", Some("internal_error"), Some("internal_error")),
    ("/bare", Some("upstream_failed"), Some("upstream_failed")),
    // The first item that the service failed on.
    ("/import", Some("internal_error"), Some("store_read")),
    ("/rows", Some("upstream_failed"), Some("upstream_failed")),
    ("/body", Some("internal_error"), Some("internal_error")),
];

fn assert_recorded(span: &SpanData, (path, code, error_type): Case) {
    let status = if error_type.is_some() { Status::error("") } else { Status::Unset };
    assert_eq!(span.status, status, "{path}");
    assert_eq!(attribute(span, "problem.code").as_deref(), code, "{path}");
    assert_eq!(attribute(span, "error.type").as_deref(), error_type, "{path}");
}

#[tokio::test]
async fn failure_is_recorded_in_the_active_span() {
    let spans = Spans::new();
    let app = spans.around(routes().layer(quiet()));
    for case in CASES {
        ask(&app, case.0).await;
        let span = spans.take_one();
        assert_recorded(&span, case);
        // Nothing else was added.
        let added = usize::from(case.1.is_some()) + usize::from(case.2.is_some());
        assert_eq!((span.attributes.len(), span.events.len()), (added, 0), "{span:?}");
    }
}

#[tokio::test]
async fn failure_is_recorded_in_a_span_of_tracing() {
    let spans = Spans::new();
    let _guard = spans.bridge_tracing();
    let ours = routes().layer(quiet()).layer(RequestSpan::new());
    let setting = routes().layer(quiet().request_span(RequestSpan::new()));
    let trace = TraceLayer::new_for_http().on_failure(());
    for app in [ours, setting, routes().layer(quiet()).layer(trace)] {
        for case in CASES {
            ask(&app, case.0).await;
            assert_recorded(&spans.take_one(), case);
        }
    }
}

/// The bridge sets the description from the event, which is at the level `ERROR`.
#[tokio::test]
async fn default_event_leaves_the_span_of_tracing_an_error() {
    let spans = Spans::new();
    let _guard = spans.bridge_tracing();
    let app = routes().layer(ApiErrorLayer::new()).layer(RequestSpan::new());
    ask(&app, "/store").await;
    let span = spans.take_one();
    assert!(matches!(span.status, Status::Error { .. }), "{span:?}");
    assert_eq!(attribute(&span, "error.type").as_deref(), Some("store_read"));
    assert_eq!(span.events.len(), 1);
}

#[tokio::test]
async fn failure_whose_body_is_written_later_or_changed_is_recorded_as_well() {
    let later = |_: &Failure| {
        Rendering::Later(Box::pin(async {
            tokio::task::yield_now().await;
            Representation::new("application/json", "1")
        }))
    };
    let map = |problem: Problem, _: &RequestContext| problem.with_detail("mapped");
    let spans = Spans::new();
    for layer in [quiet().render(later), quiet().map(map)] {
        let app = spans.around(routes().layer(layer));
        for case in CASES {
            ask(&app, case.0).await;
            assert_recorded(&spans.take_one(), case);
        }
    }
}

#[tokio::test]
async fn second_layer_records_nothing_again() {
    let spans = Spans::new();
    let app = spans.around(routes().layer(quiet()).layer(quiet()));
    for case in CASES {
        ask(&app, case.0).await;
        assert_recorded(&spans.take_one(), case);
    }
}

#[tokio::test]
async fn span_that_ended_with_the_head_is_left_alone() {
    let spans = Spans::new();
    let app = spans.around_ending(routes().layer(quiet()), When::Answered);
    for path in ["/rows", "/body"] {
        ask(&app, path).await;
        assert_recorded(&spans.take_one(), (path, None, None));
    }
}

fn member(body: &str, name: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body.get(name).map(|value| value.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn trace_id_of_the_span_is_in_the_body_and_in_the_event() {
    let _logs = as_json();
    let spans = Spans::new();
    let layer = ApiErrorLayer::new().report(DefaultReport::new());
    let app = spans.around(routes().layer(layer));
    for path in ["/conflict", "/store", "/unknown"] {
        let body = ask(&app, path).await;
        let id = spans.take_one().span_context.trace_id().to_string();
        assert_eq!(member(&body, "trace_id"), Some(id.clone()), "{path}");
        assert_eq!(objects()[0]["fields"]["trace_id"], id, "{path}");
    }
    let body = ask(&app, "/fine").await;
    assert_eq!(body, spans.take_one().span_context.trace_id().to_string());
}

/// The span has ended its work by then, and may not be active any more.
#[tokio::test]
async fn event_of_a_client_that_disconnected_has_the_trace_id() {
    let _logs = as_json();
    let spans = Spans::new();
    let app = spans.around(routes().layer(ApiErrorLayer::new()));
    let sent = app.oneshot(request("/slow").body(Body::empty()).unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(10), sent).await.is_err());
    let span = spans.take_one();
    assert_recorded(&span, ("/slow", None, None));
    let [event] = &*objects() else { panic!("one event") };
    assert_eq!(event["fields"]["trace_id"], span.span_context.trace_id().to_string());
}

#[tokio::test]
async fn trace_of_the_span_takes_precedence_over_that_of_the_caller() {
    let spans = Spans::new();
    let send = async |app: Router| {
        let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let request = request("/conflict").header("traceparent", traceparent);
        read(app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
    };
    let body = send(routes().layer(quiet())).await;
    assert_eq!(member(&body, "trace_id").as_deref(), Some(TRACE), "without a span");
    let body = send(spans.around(routes().layer(quiet()))).await;
    let id = spans.take_one().span_context.trace_id().to_string();
    assert_eq!(member(&body, "trace_id"), Some(id.clone()));
    assert_ne!(id, TRACE);
}

/// Middleware of tower calls the layer before it attaches the context to its future.
#[tokio::test]
async fn span_that_is_active_only_while_the_response_is_awaited_is_found() {
    let spans = Spans::new();
    let context = || Context::new().with_span(spans.provider.tracer("test").start("request"));
    for (path, code, error_type) in CASES {
        let mut service = quiet().layer(routes());
        let body = if path == "/import" { "[0,1,2,3]" } else { "" };
        let future = service.call(request(path).body(Body::from(body)).unwrap());
        let body = read(future.with_context(context()).await.unwrap()).await;
        let span = spans.take_one();
        assert_recorded(&span, (path, code, error_type));
        let id = span.span_context.trace_id().to_string();
        match path {
            "/fine" => assert_eq!(body, id),
            "/conflict" | "/store" | "/unknown" => assert_eq!(member(&body, "trace_id"), Some(id)),
            _ => {}
        }
    }
}

/// A propagator may put the caller's span into the context without one of the service.
#[tokio::test]
async fn span_of_the_caller_counts_as_active() {
    let id = TraceId::from_hex(TRACE).unwrap();
    let remote = opentelemetry::trace::SpanContext::new(
        id,
        opentelemetry::trace::SpanId::from_hex("00f067aa0ba902b7").unwrap(),
        opentelemetry::trace::TraceFlags::SAMPLED,
        true,
        opentelemetry::trace::TraceState::default(),
    );
    let context = Context::new().with_remote_span_context(remote);
    let body = ask(&routes().layer(quiet()), "/store").with_context(context).await;
    assert_eq!(member(&body, "trace_id").as_deref(), Some(TRACE));
}

#[tokio::test]
async fn without_an_active_span_there_is_no_trace_id() {
    let body = ask(&routes().layer(quiet()), "/store").await;
    assert_eq!(member(&body, "trace_id"), None);
}

/// The span that the library opens may be the first of its trace.
#[tokio::test]
async fn trace_of_a_request_span_is_in_the_body_and_in_every_line() {
    let spans = Spans::new();
    let lines = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = lines.clone();
    let keep = move |event: &ErrorEvent<'_>| seen.lock().unwrap().push(trace_of(event.context()));
    let bridge = tracing_opentelemetry::layer().with_tracer(spans.provider.tracer("test"));
    let format = tracing_subscriber::fmt::layer().json().with_writer(|| support::logs::ThreadLog);
    let _guard = set_default(tracing_subscriber::registry().with(bridge).with(format));
    let layer = || ApiErrorLayer::new().report(DefaultReport::new()).report(keep.clone());
    let ours = routes().layer(layer()).layer(RequestSpan::new());
    for app in [ours, routes().layer(layer().request_span(RequestSpan::new()))] {
        objects();
        let body = ask(&app, "/store").await;
        let id = spans.take_one().span_context.trace_id().to_string();
        assert_eq!(member(&body, "trace_id"), Some(id.clone()));
        let [line] = &*objects() else { panic!("one line") };
        assert_eq!(
            (&line["span"]["trace_id"], &line["fields"]["trace_id"]),
            (&id.clone().into(), &id.clone().into())
        );
        assert_eq!(lines.lock().unwrap().pop(), Some(id));

        // The span begins a trace of its own, so that is the one that operators find.
        let traceparent = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let request = Request::get("/store").header("traceparent", traceparent);
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let id = spans.take_one().span_context.trace_id().to_string();
        let [line] = &*objects() else { panic!("one line") };
        assert_eq!(body["trace_id"], *id);
        assert_eq!([&line["span"]["trace_id"], &line["fields"]["trace_id"]], [&*id, &*id]);
        lines.lock().unwrap().clear();
    }
}

/// Both at once, as a service has them.
#[tokio::test]
async fn metrics_and_spans_of_one_failure_agree() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let spans = Spans::new();
    let app = spans.around(routes().layer(quiet().report(Metrics::new())));
    ask(&app, "/store").await;
    let span = spans.take_one();
    let error_type = attribute(&span, "error.type").unwrap();
    assert!(recorder.handle().render().contains(&format!("error_type=\"{error_type}\"")));
}
