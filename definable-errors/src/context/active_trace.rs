//! The trace of the OpenTelemetry span that is active while a request is handled.

use std::sync::OnceLock;

#[cfg(feature = "upstream")]
use http::HeaderValue;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, TraceContextExt};

/// The id of the trace of a request, if a span was active: 32 lower-case hexadecimal digits.
pub(super) struct ActiveTrace(OnceLock<[u8; 32]>);

impl ActiveTrace {
    pub(super) const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// Notes the trace of the span that is active now, unless one was noted before.
    #[inline]
    pub(super) fn note(&self) {
        if self.0.get().is_none() && Context::map_current(Context::has_active_span) {
            self.note_active();
        }
    }

    #[cold]
    fn note_active(&self) {
        if let Some(id) = of_active_span(|span| hexadecimal(span.trace_id().to_bytes())) {
            // The first one stays.
            let _ = self.0.set(id);
        }
    }

    pub(super) fn id(&self) -> Option<&[u8]> {
        self.0.get().map(<[u8; 32]>::as_slice)
    }
}

/// Returns what `read` returns for the active span, or `None` if there is none or its ids are not
/// valid.
fn of_active_span<T>(read: impl FnOnce(&SpanContext) -> T) -> Option<T> {
    Context::map_current(|context| {
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| read(span))
    })
}

fn hexadecimal(id: [u8; 16]) -> [u8; 32] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |at: usize| match at % 2 {
        0 => DIGITS[usize::from(id[at / 2] >> 4)],
        _ => DIGITS[usize::from(id[at / 2] & 0xf)],
    };
    std::array::from_fn(digit)
}

/// Returns the `traceparent` and the `tracestate` of a request that is sent while a span is active,
/// which becomes its parent (W3C Trace Context).
#[cfg(feature = "upstream")]
pub(crate) fn active_parent() -> Option<(HeaderValue, Option<HeaderValue>)> {
    let (parent, state) = of_active_span(|span| {
        let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags().to_u8());
        (format!("00-{trace}-{id}-{flags:02x}"), span.trace_state().header())
    })?;
    let state = Some(state).filter(|state| !state.is_empty());
    let state = state.and_then(|state| HeaderValue::try_from(state).ok());
    Some((HeaderValue::try_from(parent).ok()?, state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_has_the_digits_of_its_bytes_in_order() {
        let id = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes();
        assert_eq!(&hexadecimal(id), b"4bf92f3577b34da6a3ce929d0e0e4736");
    }

    #[test]
    fn without_an_active_span_there_is_no_trace() {
        let trace = ActiveTrace::new();
        trace.note();
        assert_eq!(trace.id(), None);
    }
}
