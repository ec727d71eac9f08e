//! The OpenTelemetry span of a failed request: its status and attributes.

use opentelemetry::trace::{Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use super::ErrorEvent;
use crate::error::is_client_gone;

/// The OpenTelemetry span that was active at some time, or none.
///
/// Layers that end their span when the response is dropped end it later if it is kept for a body.
#[derive(Clone)]
pub(crate) struct ActiveSpan(Option<Context>);

impl ActiveSpan {
    /// Returns the span that is active now.
    #[inline]
    pub(crate) fn current() -> Self {
        Self(Context::map_current(|context| context.has_active_span().then(|| context.clone())))
    }

    /// Records a failure in the span.
    ///
    /// By OpenTelemetry's conventions for HTTP servers only a 5xx is an error of the span. The
    /// description of the status stays empty, because the attributes say what failed.
    #[inline]
    pub(crate) fn record(&self, event: &ErrorEvent<'_>) {
        if let Some(context) = &self.0 {
            record(context, event);
        }
    }
}

#[cold]
fn record(context: &Context, event: &ErrorEvent<'_>) {
    if is_client_gone(event.error()) {
        return;
    }
    let span = context.span();
    span.set_attribute(KeyValue::new("problem.code", event.error().problem().code()));
    if event.status().is_server_error() {
        span.set_attribute(KeyValue::new("error.type", event.code()));
        span.set_status(Status::error(""));
    }
}
