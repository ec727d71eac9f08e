//! The span of a request, which exists only if a subscriber is interested in it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tracing::level_filters::LevelFilter;
use tracing::span::Entered;

use crate::context::RequestContext;
use crate::report::FieldNames;

/// The span of a request, or none if no subscriber is interested.
#[derive(Clone)]
pub(super) struct Span(Option<Arc<Open>>);

struct Open {
    span: tracing::Span,
    /// The request, and the name of the field for its route, if the route was not known yet.
    late_route: Option<(RequestContext, &'static str)>,
}

impl Span {
    /// Whether any subscriber may be interested in the span. Otherwise a request costs a few
    /// instructions more.
    #[inline]
    pub(super) fn may_open() -> bool {
        LevelFilter::current() >= LevelFilter::INFO
    }

    /// Opens the span of a request.
    #[cold]
    pub(super) fn open(context: &RequestContext, names: FieldNames) -> Self {
        macro_rules! span {
            ($($named:tt)*) => {
                tracing::info_span!(
                    target: "definable_errors",
                    "request",
                    $($named)*
                    id = %context.id(),
                    request_id = context.inbound_id().and_then(|id| id.to_str().ok()),
                    trace_id = tracing::field::Empty,
                )
            };
        }
        let (span, route) = match names {
            FieldNames::OpenTelemetry => (
                span!(
                    "http.request.method" = %context.method(),
                    "http.route" = context.route(),
                ),
                "http.route",
            ),
            FieldNames::Short => {
                (span!(method = %context.method(), route = context.route(),), "route")
            }
        };
        if span.is_disabled() {
            return Self(None);
        }
        let late_route = context.route().is_none().then(|| (context.clone(), route));
        Self(Some(Arc::new(Open { span, late_route })))
    }

    /// Enters the span until the returned value is dropped.
    #[inline]
    pub(super) fn enter(&self) -> Option<Entered<'_>> {
        self.0.as_ref().map(|open| open.span.enter())
    }

    /// Records the id of the trace, while the span is entered: with a bridge to OpenTelemetry the trace may
    /// begin with this span.
    #[cold]
    pub(super) fn note_trace(&self, context: &RequestContext) {
        let Some(open) = &self.0 else { return };
        context.note_active_trace();
        if let Some(trace_id) = context.trace_id() {
            open.span.record("trace_id", trace_id);
        }
    }

    pub(super) fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.enter();
        work()
    }

    /// Records the route if it was not known when the span was opened.
    #[inline]
    pub(super) fn record_route(&self) {
        if let Some(open) = &self.0 {
            open.record_route();
        }
    }
}

impl Open {
    #[cold]
    fn record_route(&self) {
        let Some((context, field)) = &self.late_route else { return };
        if let Some(route) = context.route() {
            self.span.record(*field, route);
        }
    }
}

/// Lets a body be produced inside the current span, which is that of its request.
#[inline]
pub(super) fn in_current_span(body: Body) -> Body {
    if LevelFilter::current() == LevelFilter::OFF {
        return body;
    }
    spanned(body, tracing::Span::current())
}

#[cold]
fn spanned(body: Body, span: tracing::Span) -> Body {
    if span.is_none() {
        return body;
    }
    Body::new(SpannedBody { body, span })
}

/// A body that is produced inside a span.
struct SpannedBody {
    body: Body,
    span: tracing::Span,
}

impl HttpBody for SpannedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let _entered = this.span.enter();
        Pin::new(&mut this.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_inside_a_span_has_the_size_of_the_body() {
        let of = |body| SpannedBody { body, span: tracing::Span::none() };
        let text = of(Body::from("text"));
        assert_eq!((text.size_hint().exact(), text.is_end_stream()), (Some(4), false));
        assert!(of(Body::empty()).is_end_stream());
    }
}
