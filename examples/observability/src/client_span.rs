//! The span of each call to another service.

use definable_errors::ApiError;
use definable_errors::upstream::{UpstreamRequest, UpstreamResponse};
use http::HeaderMap;
use opentelemetry::global::get_text_map_propagator;
use opentelemetry_http::HeaderInjector;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Sends a request inside a span with this name, which becomes the parent of the span of the service that
/// is called.
#[track_caller] // The location of an error is where this is called.
pub(crate) fn send_traced(
    name: &'static str,
    request: UpstreamRequest,
) -> impl Future<Output = Result<UpstreamResponse, ApiError>> + Send {
    let span = tracing::info_span!(
        "call",
        otel.name = name,
        otel.kind = "client",
        otel.status_code = Empty,
        error.type = Empty,
    );
    let response = with_trace(request, &span).send().instrument(span.clone());
    async move {
        response.await.inspect_err(|error| {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", error.problem().code());
        })
    }
}

/// Adds the headers by which the service that is called continues the trace. Without them `Upstream` passes
/// on the trace of the request that causes the call, if it has one.
fn with_trace(request: UpstreamRequest, span: &Span) -> UpstreamRequest {
    let mut headers = HeaderMap::new();
    get_text_map_propagator(|propagator| {
        propagator.inject_context(&span.context(), &mut HeaderInjector(&mut headers));
    });
    // A trace without `tracestate` has an empty one.
    let headers = headers.iter().filter(|(_, value)| !value.is_empty());
    headers.fold(request, |request, (name, value)| request.header(name, value))
}
