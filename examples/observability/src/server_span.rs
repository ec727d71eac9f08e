//! The span of each request.

use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::Method;
use opentelemetry::global::get_text_map_propagator;
use opentelemetry_http::HeaderExtractor;
use tower_http::trace::TraceLayer;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Opens a span for each request. It must be the outermost layer, and added with `Router::layer`, which
/// knows the route.
pub(crate) fn with_server_spans(app: Router) -> Router {
    let spans = TraceLayer::new_for_http().make_span_with(server_span).on_response(record_response);
    // tower-http's own events would be a second log record of each request.
    app.layer(spans.on_request(()).on_body_chunk(()).on_eos(()).on_failure(()))
}

/// Opens the span of a request, with the caller's span as its parent. Names and attributes are those of
/// OpenTelemetry's conventions for HTTP; path and query are left out, because they may contain secrets.
fn server_span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let method = known_method(request.method());
    let span = tracing::info_span!(
        "request",
        otel.name = span_name(method, route),
        otel.kind = "server",
        http.request.method = method.unwrap_or("_OTHER"),
        http.route = route,
        http.response.status_code = Empty,
    );
    let headers = HeaderExtractor(request.headers());
    let parent = get_text_map_propagator(|propagator| propagator.extract(&headers));
    // It fails if no layer is interested in the span; then there is no trace to continue.
    let _ = span.set_parent(parent);
    span
}

/// Returns the name of a span: the method and the route, which are few.
fn span_name(method: Option<&str>, route: Option<&str>) -> String {
    let method = method.unwrap_or("HTTP");
    route.map_or_else(|| method.to_owned(), |route| format!("{method} {route}"))
}

/// Returns the method, unless it is a word of the client's own.
fn known_method(method: &Method) -> Option<&'static str> {
    const KNOWN: [&str; 9] =
        ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];
    KNOWN.into_iter().find(|known| method == known)
}

/// Records the status. Which error it was, and that a 5xx is an error of the span, is recorded by the feature
/// `opentelemetry` of the library.
fn record_response(response: &Response, _latency: Duration, span: &Span) {
    span.record("http.response.status_code", response.status().as_u16());
}
