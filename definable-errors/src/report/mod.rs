//! Events, metrics and spans for operators: one event per failed request, and one per body that fails
//! after the head.
//!
//! [`DefaultReport`] emits them through `tracing`, as long as a service sets no reporter of its own.
//! A service that needs more lists its reporters; each is a closure or a [`Report`]:
//!
//! ```
//! use definable_errors::ApiErrorLayer;
//! use definable_errors::report::{DefaultReport, ErrorEvent};
//!
//! let layer = ApiErrorLayer::new()
//!     .report(DefaultReport::new())
//!     .report(|event: &ErrorEvent<'_>| {
//!         eprintln!("{} {:?}", event.context().id(), event.error());
//!     });
//! # let _ = layer;
//! ```
//!
//! Every reporter gets every event, in the order of the calls. The first call of
//! [`report`](crate::ApiErrorLayer::report) replaces the default: without [`DefaultReport`] in the list
//! nothing is logged. One that panics affects neither the client nor the other reporters.
//!
//! A reporter runs where the response is created and must not block: hand slow work to a task. A
//! closure is called for failures only; a type of your own is also called for clients that
//! disconnected.
//!
//! # Fewer events
//!
//! An outage can be a thousand equal events per second. [`Throttle`] and [`Sample`] are reporters
//! around another one that pass on some events of each code, and count those that they leave out:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use std::time::Duration;
//!
//! use definable_errors::report::{ErrorEvent, Throttle};
//! use definable_errors::{ApiError, ApiErrorLayer};
//! # use axum::{Router, body::Body, http::Request, routing::get};
//! # use tower::ServiceExt;
//!
//! let seen = Arc::new(Mutex::new(Vec::new()));
//! let events = seen.clone();
//! let keep = move |event: &ErrorEvent<'_>| events.lock().unwrap().push(event.code());
//! let layer = ApiErrorLayer::new().report(Throttle::new(keep, 2, Duration::from_secs(60)));
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # let app: Router =
//! #     Router::new().route("/", get(|| async { ApiError::internal_error() })).layer(layer);
//! # for _ in 0..5 {
//! #     let _ = app.clone().oneshot(Request::get("/").body(Body::empty()).unwrap()).await;
//! # }
//! // Five requests fail with the same code:
//! assert_eq!(*seen.lock().unwrap(), ["internal_error", "internal_error"]);
//! # });
//! ```
//!
//! When a flood ends, no event contains the last count of a [`Throttle`]: [`Report::left_out`] reports
//! it, with the next event of any code after the interval, or when the layer is dropped.
//! [`DefaultReport`] emits an event for it. A [`Sample`] does not report its last count.
//!
//! # Metrics and traces
//!
//! With the feature `metrics`, the reporter `Metrics` counts failures and measures the latency of failed
//! responses, by code, status, method and route, for any recorder of the crate `metrics`:
//!
#![cfg_attr(feature = "metrics", doc = "```")]
#![cfg_attr(not(feature = "metrics"), doc = "```ignore")]
//! use definable_errors::report::{DefaultReport, Metrics};
//! use definable_errors::{ApiError, ApiErrorLayer};
//! use metrics_exporter_prometheus::PrometheusBuilder;
//! # use axum::{Router, body::Body, http::Request, routing::get};
//! # use tower::ServiceExt;
//!
//! let prometheus = PrometheusBuilder::new().install_recorder().unwrap();
//! let layer = ApiErrorLayer::new().report(DefaultReport::new()).report(Metrics::new());
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! # let app: Router = Router::new()
//! #     .route("/orders/{id}", get(|| async { ApiError::not_found("No such order.") }))
//! #     .layer(layer);
//! # for id in 0..3 {
//! #     let request = Request::get(format!("/orders/{id}")).body(Body::empty()).unwrap();
//! #     app.clone().oneshot(request).await.unwrap();
//! # }
//!
//! // After three requests for orders that do not exist:
//! let scrape = prometheus.render();
//! let line = scrape.lines().find(|line| line.starts_with("problems_total{")).unwrap();
//! assert!(line.contains(r#"error_type="not_found""#), "{line}");
//! assert!(line.contains(r#"http_route="/orders/{id}""#) && line.ends_with(" 3"), "{line}");
//! # });
//! ```
//!
//! With the feature `opentelemetry`, failures are recorded in the OpenTelemetry span that is active
//! around [`ApiErrorLayer`](crate::ApiErrorLayer), whether middleware of OpenTelemetry made it or a
//! `tracing` span that `tracing-opentelemetry` converts. There is nothing to set:
//!
//! * The trace id of the span is the `trace_id` of the body, of the event and of the request span, and
//!   calls through `upstream` continue the trace. It takes precedence over the `traceparent` of the
//!   caller, which it usually continues.
//! * The attribute `problem.code` is the code that the client sees. By OpenTelemetry's conventions for
//!   HTTP servers only a 5xx is an error of the span: it sets the status `Error`, and `error.type` to the
//!   code for operators. A stream that fails after its head and a failed item of a batch count as well,
//!   as far as the span has not ended yet.
//! * A [`Reporter`] changes no span, because that of the request has ended.
//!
#![cfg_attr(all(feature = "opentelemetry", feature = "testing"), doc = "```")]
#![cfg_attr(not(all(feature = "opentelemetry", feature = "testing")), doc = "```ignore")]
//! use axum::{Router, body::Body, http::Request, routing::get};
//! use definable_errors::testing::assert_problem;
//! use definable_errors::{ApiError, ApiErrorLayer};
//! use opentelemetry::Context;
//! use opentelemetry::context::FutureExt;
//! use opentelemetry::trace::{Status, TraceContextExt, Tracer, TracerProvider};
//! use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
//! use tower::ServiceExt;
//!
//! let app: Router = Router::new()
//!     .route("/pay", get(|| async { ApiError::upstream_failed() }))
//!     .layer(ApiErrorLayer::new());
//!
//! let exporter = InMemorySpanExporter::default();
//! let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
//! # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
//! // In a service, middleware starts this span:
//! let context = Context::new().with_span(provider.tracer("shop").start("GET /pay"));
//! let trace_id = context.span().span_context().trace_id().to_string();
//!
//! let request = Request::get("/pay").body(Body::empty()).unwrap();
//! let response = app.oneshot(request).with_context(context).await.unwrap();
//! assert_problem(response).await.member("trace_id", trace_id);
//!
//! let span = exporter.get_finished_spans().unwrap().remove(0);
//! assert_eq!(span.status, Status::error(""));
//! let error_type = span.attributes.iter().find(|it| it.key.as_str() == "error.type").unwrap();
//! assert_eq!(error_type.value.as_str(), "upstream_failed");
//! # });
//! ```
//!
//! The active span is process-wide state of the crate `opentelemetry`, so a service has to use the same
//! version as this library, `opentelemetry` 0.33; of another one no span is found, without a warning.
//! For `tracing-opentelemetry` that is 0.34, with its default of activating the context of an entered
//! span.
//!
//! # Backtraces
//!
//! In production, errors capture no backtrace, because walking the stack costs more than all the rest
//! of an error. [`capture_traces`](crate::ApiErrorLayer::capture_traces) captures that of a bounded
//! number of 5xx per second, for reporters alone: [`ApiError::backtrace`](crate::ApiError::backtrace).
//!
//! # What is never logged
//!
//! Events contain the texts of errors, panics and notes: that is their purpose. They contain no header
//! values but the ids, no path, no query, no body and no value that a client submitted. Do not put
//! secrets into the texts of errors.
//!
//! # The ids in other log lines
//!
//! [`ApiErrorLayer::request_span`](crate::ApiErrorLayer::request_span) adds the ids and the route of
//! the request to every line that is logged meanwhile.
//!
//! # Outside of a request
//!
//! What fails after the response, in a job or a spawned task, reaches no layer. A [`Reporter`]
//! reports it with the ids of the request that started the work.

#[cfg(feature = "opentelemetry")]
mod active_span;
mod default_report;
#[cfg(feature = "tracing")]
mod emit;
mod event;
mod left_out;
#[cfg(feature = "tracing")]
mod logged_error;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(not(feature = "opentelemetry"))]
mod no_active_span;
mod per_code;
mod reporter;
mod sample;
#[cfg(not(feature = "tracing"))]
mod silent;
mod throttle;
#[cfg(feature = "tracing")]
mod violations;

pub(crate) use self::active_span::ActiveSpan;
pub use self::default_report::DefaultReport;
pub use self::event::{ErrorEvent, FailedPart, FieldNames};
pub use self::left_out::LeftOut;
#[cfg(feature = "metrics")]
pub use self::metrics::Metrics;
#[cfg(not(feature = "opentelemetry"))]
use self::no_active_span as active_span;
pub(crate) use self::reporter::ReportFailure;
pub use self::reporter::{Reported, Reporter};
pub use self::sample::Sample;
#[cfg(not(feature = "tracing"))]
use self::silent as emit;
pub use self::throttle::Throttle;
use crate::context::RequestContext;

/// A reporter of failures, for operators.
pub trait Report: Send + Sync + 'static {
    /// Reports a failure: a failed response, wherever the error was created, an item of a batch, a body,
    /// stream or socket that fails after the head of its response was sent, or a task; see
    /// [`ErrorEvent::part`].
    fn report(&self, event: &ErrorEvent<'_>);

    /// Reports that the client disconnected before there was a response, while one of our extractors
    /// was reading its body, or while a handler was using its `stream::Socket`. That is not an error;
    /// it counts as 499.
    fn client_disconnected(&self, context: &RequestContext) {
        let _ = context;
    }

    /// Reports how many events of one code a [`Throttle`] left out, if no further event of the code
    /// contains that number. The default does nothing. A reporter around another one passes it on.
    fn left_out(&self, summary: &LeftOut) {
        let _ = summary;
    }
}

impl<F: Fn(&ErrorEvent<'_>) + Send + Sync + 'static> Report for F {
    fn report(&self, event: &ErrorEvent<'_>) {
        self(event);
    }
}
