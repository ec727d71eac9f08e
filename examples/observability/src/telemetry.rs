//! Logs and traces: what is sent to the collector, and what is printed.

use std::error::Error;

use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::{LogExporter, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkError;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// What sends logs and spans in the background.
pub(crate) struct Telemetry {
    logs: SdkLoggerProvider,
    spans: SdkTracerProvider,
}

impl Telemetry {
    /// Sends the logs and spans of this process from now on, under the name of a service.
    pub(crate) fn install(service: &str) -> Result<Self, Box<dyn Error>> {
        let resource = Resource::builder().with_service_name(service.to_owned()).build();
        let logs = SdkLoggerProvider::builder()
            .with_resource(resource.clone())
            .with_batch_exporter(LogExporter::builder().with_http().build()?)
            .build();
        let spans = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_batch_exporter(SpanExporter::builder().with_http().build()?)
            .build();
        // The format of the headers between services: `traceparent` and `tracestate`.
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());

        // Each event of `tracing` becomes a log record, that of a failure too. `error` becomes
        // `exception.message`, which is the whole chain of causes. The events of 4xx have the level
        // debug: without `with_target`, only those of 5xx are sent.
        let to_log_records = OpenTelemetryTracingBridge::new(&logs).with_filter(
            Targets::new()
                .with_default(LevelFilter::INFO)
                .with_target("definable_errors", LevelFilter::DEBUG),
        );
        // Each span of `tracing` becomes a span. Events are left out, because they are log records
        // already; without the filter they would be events of the span, too.
        let is_span =
            FilterFn::new(|metadata| metadata.is_span() && *metadata.level() <= Level::INFO);
        let to_spans = tracing_opentelemetry::layer()
            .with_tracer(spans.tracer("observability"))
            .with_filter(is_span.with_max_level_hint(LevelFilter::INFO));
        let to_terminal = tracing_subscriber::fmt::layer().with_filter(LevelFilter::INFO);
        tracing_subscriber::registry().with(to_log_records).with(to_spans).with(to_terminal).init();
        Ok(Self { logs, spans })
    }

    /// Sends what is left, and stops.
    pub(crate) fn shut_down(self) -> Result<(), OTelSdkError> {
        // The logs are sent even if the spans are not.
        let (spans, logs) = (self.spans.shutdown(), self.logs.shutdown());
        spans.and(logs)
    }
}
