//! The span of each call to another service.

use definable_errors::ApiError;
use definable_errors::upstream::{UpstreamRequest, UpstreamResponse};
use tracing::Instrument;
use tracing::field::Empty;

/// Sends a request inside a span with this name, which becomes the parent of the span of the service that
/// is called: with the feature `opentelemetry`, `Upstream` sends the ids of the active span.
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
    let response = request.send().instrument(span.clone());
    async move {
        response.await.inspect_err(|error| {
            span.record("otel.status_code", "ERROR");
            span.record("error.type", error.problem().code());
        })
    }
}
