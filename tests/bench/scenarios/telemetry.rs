//! Failures that are counted, and failures in an active OpenTelemetry span. No recorder is installed and
//! the span records nothing, so that the rows show what the library does.

use std::convert::Infallible;
use std::task::{Context as TaskContext, Poll};

use axum::Router;
use axum::body::Body;
use axum::routing::{MethodRouter, get};
use definable_errors::ApiErrorLayer;
use definable_errors::report::Metrics;
use http::Request;
use opentelemetry::Context;
use opentelemetry::context::{FutureExt, WithContext};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use tower::Service;

use super::{logged, request};
use crate::peers::ours;
use crate::row::{Answer, Scenario};

pub(crate) const COUNTED_404: &str = "derived 404 through the layer, counted";
pub(crate) const COUNTED_500: &str = "a 500, counted";
pub(crate) const TRACED_404: &str = "derived 404 through the layer, in a span";
pub(crate) const TRACED_500: &str = "a 500, in a span";

pub(super) fn counted_404() -> Scenario {
    Scenario::new(COUNTED_404, 404, request::with_ids)
        .row("no reporter", || app(get(ours::handler), ApiErrorLayer::new()))
        .ours(|| app(get(ours::handler), counting()), has_ids)
}

pub(super) fn counted_500() -> Scenario {
    Scenario::new(COUNTED_500, 500, request::with_ids)
        .row("no reporter", || app(get(logged::read), ApiErrorLayer::new()))
        .ours(|| app(get(logged::read), counting()), has_ids)
}

pub(super) fn traced_404() -> Scenario {
    Scenario::new(TRACED_404, 404, request::with_ids)
        .row("no span", || traced(get(ours::handler), Context::new()))
        .ours(|| traced(get(ours::handler), with_span()), has_ids)
}

pub(super) fn traced_500() -> Scenario {
    Scenario::new(TRACED_500, 500, request::with_ids)
        .row("no span", || traced(get(logged::read), Context::new()))
        .ours(|| traced(get(logged::read), with_span()), has_ids)
}

fn counting() -> ApiErrorLayer {
    ApiErrorLayer::new().report(Metrics::new())
}

fn traced(handler: MethodRouter, context: Context) -> Traced {
    Traced { router: app(handler, ApiErrorLayer::new()), context }
}

fn app(handler: MethodRouter, layer: ApiErrorLayer) -> Router {
    Router::new().route("/orders", handler).layer(layer)
}

fn has_ids(answer: &Answer) {
    assert_eq!(answer.json()["trace_id"], request::TRACE_ID);
    assert!(answer.json()["instance"].is_string());
}

/// Returns a context with a span that continues the caller's trace.
fn with_span() -> Context {
    let trace = TraceId::from_hex(request::TRACE_ID).expect("it has 32 digits");
    let (span, state) = (SpanId::from(1), TraceState::default());
    let span = SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state);
    Context::new().with_remote_span_context(span)
}

/// A service whose requests are in a context, as middleware of OpenTelemetry puts them.
#[derive(Clone)]
struct Traced {
    router: Router,
    context: Context,
}

impl Service<Request<Body>> for Traced {
    type Response = axum::response::Response;
    type Error = Infallible;
    type Future = WithContext<<Router as Service<Request<Body>>>::Future>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request<Body>>::poll_ready(&mut self.router, cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.router.call(request).with_context(self.context.clone())
    }
}
