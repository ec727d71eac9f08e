//! The OpenTelemetry span of a failed request: its status and attributes.

use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use super::ErrorEvent;
use crate::context::RequestContext;
use crate::error::is_client_disconnected;

/// The OpenTelemetry span that was active at some time, or none.
///
/// Layers that end their span when the response is dropped end it later if it is kept for a body.
#[derive(Clone)]
pub(crate) struct ActiveSpan(Option<Context>);

impl ActiveSpan {
    /// Returns the span that is active now, and notes its trace as that of the request.
    #[inline]
    pub(crate) fn current(request: &RequestContext) -> Self {
        let active =
            Context::map_current(|context| context.has_active_span().then(|| context.clone()));
        if active.is_some() {
            request.note_active_trace();
        }
        Self(active)
    }

    #[inline]
    pub(crate) const fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Records a failure in the span.
    ///
    /// By OpenTelemetry's conventions for HTTP servers only a 5xx is an error of the span. The
    /// description of the status stays empty, because the attributes say what failed.
    #[cold]
    pub(crate) fn record(&self, event: &ErrorEvent<'_>) {
        let Some(context) = self.0.as_ref().filter(|_| !is_client_disconnected(event.error()))
        else {
            return;
        };
        let span = context.span();
        span.set_attribute(KeyValue::new("problem.code", event.error().problem().code()));
        if event.status().is_server_error() {
            span.set_attribute(KeyValue::new("error.type", event.code()));
            span.set_status(Status::error(""));
        }
    }
}
