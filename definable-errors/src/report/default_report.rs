//! The default reporter.

use super::{ErrorEvent, FieldNames, LeftOut, Report, emit};
use crate::context::RequestContext;

/// The default reporter: it emits one `tracing` event per failed request, with the target
/// `definable_errors` and the level of the problem type. Without the feature `tracing` it does
/// nothing.
///
/// | field | short name | what it is |
/// |---|---|---|
/// | `error.type` | `code`, `internal_code` | the code for operators, see [`ErrorEvent::code`] |
/// | `problem.code` | `code` | the code that the client sees, if it differs |
/// | `http.response.status_code` | `status` | 499 for a client that disconnected, at debug level |
/// | `http.request.method` | `method` | |
/// | `http.route` | `route` | the pattern of the route, never the path |
/// | `id` | | the id in `instance` |
/// | `request_id` | | the caller's id; without one it equals `id` and is left out |
/// | `trace_id` | | the id of the trace, see [`RequestContext::trace_id`] |
/// | `subject` | | the authenticated caller |
/// | `violations` | | place and code of the first five violations, never a value |
/// | `exception.type` | `error_type` | the type that was converted into the error, or `panic` |
/// | `error` | | the source of the error, see below |
/// | `notes` | | joined by `; ` |
/// | `item` | | the index of the item of a batch that failed, from 0 |
/// | `location` | | file, line and column |
/// | `backtrace` | | only with [`capture_traces`](crate::ApiErrorLayer::capture_traces) |
/// | `left_out` | | how many events of this code were not reported since the last one |
/// | `latency_ms` | | milliseconds since the request arrived |
///
/// Fields without a value are left out. The names are those of
/// [OpenTelemetry](https://opentelemetry.io/docs/specs/semconv/registry/attributes/) where it has one;
/// [`FieldNames::Short`] chooses the others.
///
/// `error` is recorded as a `&dyn Error`, as OpenTelemetry's bridges expect it: they derive
/// `exception.message` and `exception.stacktrace` from it. Its `Display` is the whole chain of causes
/// in one line, for formatters that print nothing else; its `source` leads to every cause, at most 32
/// in all. In each of their texts control characters and line separators are escaped, because a cause
/// may contain what a client sent, and a line end must not forge a log line (CWE-117). The values
/// behind these texts, with their own types, are in [`ErrorEvent::error`].
///
/// What a [`Throttle`](super::Throttle) left out at the end of a flood is an event of its own, "events
/// were left out", with the same level, target, code and status, the `location` if there is a limit
/// for each, `left_out`, and `elapsed_ms`: the milliseconds since the first event that was left out.
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::report::{DefaultReport, FieldNames};
///
/// let layer = ApiErrorLayer::new().report(DefaultReport::new().field_names(FieldNames::Short));
/// # let _ = layer;
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultReport {
    names: FieldNames,
}

impl DefaultReport {
    /// Creates the reporter, with the names of OpenTelemetry.
    #[must_use]
    pub const fn new() -> Self {
        Self { names: FieldNames::OpenTelemetry }
    }

    /// Whether any subscriber may be interested in an event.
    #[inline]
    pub(crate) fn is_on() -> bool {
        emit::is_on()
    }

    /// Sets the names of the fields.
    #[must_use]
    pub const fn field_names(mut self, names: FieldNames) -> Self {
        self.names = names;
        self
    }
}

impl Report for DefaultReport {
    #[inline]
    fn report(&self, event: &ErrorEvent<'_>) {
        emit::failed(event, self.names);
    }

    fn client_disconnected(&self, context: &RequestContext) {
        emit::disconnected(context, self.names);
    }

    fn left_out(&self, summary: &LeftOut) {
        emit::left_out(summary, self.names);
    }
}
