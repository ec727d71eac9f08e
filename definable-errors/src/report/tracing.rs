use super::violations::FirstViolations;
use super::{ErrorEvent, Report};
use crate::context::RequestContext;
use crate::problem::Level;

/// Emits an event. `tracing` requires a constant level, so every level has an event of its own.
macro_rules! emit {
    ($level:expr, $event:expr) => {{
        if tracing::enabled!(target: "definable_errors", $level) {
            let (error, context) = ($event.error(), $event.context());
            tracing::event!(
                target: "definable_errors",
                $level,
                code = error.problem().code(),
                internal_code = error.internal_code(),
                status = $event.status().as_u16(),
                method = %context.method(),
                route = context.route(),
                id = %context.id(),
                request_id = request_id(context),
                trace_id = context.trace_id(),
                subject = context.subject().map(tracing::field::display),
                violations = text(FirstViolations(error.problem().violations()).to_string()),
                chain = text(error.chain().to_string()),
                notes = text(error.notes().collect::<Vec<_>>().join("; ")),
                item = $event.item(),
                location = error.location().map(tracing::field::display),
                latency_ms = millis($event.latency()),
                "{}",
                error.problem().title()
            );
        }
    }};
}

/// The default reporter: it emits one `tracing` event per failed request, with the target
/// `definable_errors`.
///
/// Its fields are: `code`, `internal_code` (of a derived 5xx without a `code` of its own),
/// `status`, `method`, `route` (the pattern, never the path), `id`, `request_id` (the caller's, if
/// it sent one; else it equals `id`), `trace_id`, `subject`, `violations` (place and code of the
/// first five, never a value), `chain`, `notes`, `item` (of a batch, from 0), `location`,
/// `latency_ms`; absent fields are left out. The level is the problem type's. A client that
/// disconnected is a debug event with `status` 499. Without the feature `tracing` it does nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultReport;

impl Report for DefaultReport {
    fn report(&self, event: &ErrorEvent<'_>) {
        match event.level() {
            Level::Error => emit!(tracing::Level::ERROR, event),
            Level::Warn => emit!(tracing::Level::WARN, event),
            Level::Info => emit!(tracing::Level::INFO, event),
            Level::Debug => emit!(tracing::Level::DEBUG, event),
            Level::Trace => emit!(tracing::Level::TRACE, event),
        }
    }

    fn client_disconnected(&self, context: &RequestContext) {
        tracing::debug!(
            target: "definable_errors",
            status = 499,
            method = %context.method(),
            route = context.route(),
            id = %context.id(),
            request_id = request_id(context),
            latency_ms = millis(context.elapsed()),
            "client went away"
        );
    }
}

fn text(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Returns the correlation id that the caller sent. Without one it equals the id, which is logged
/// anyway.
fn request_id(context: &RequestContext) -> Option<&str> {
    context.inbound_id().and_then(|id| id.to_str().ok())
}

/// Converts to milliseconds with three digits: whole microseconds, so that no digit comes from
/// binary fractions.
fn millis(time: std::time::Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::millis;

    #[test]
    fn milliseconds_have_at_most_three_digits() {
        let shown = |nanos| millis(Duration::from_nanos(nanos)).to_string();
        assert_eq!(shown(476_774), "0.477");
        assert_eq!(shown(1), "0");
        assert_eq!(shown(58_000), "0.058");
        assert_eq!(shown(12_345_678_901), "12345.679");
        for nanos in (0..1_000_000_000).step_by(999_983) {
            let text = shown(nanos);
            assert!(text.split_once('.').is_none_or(|(_, digits)| digits.len() <= 3), "{text}");
        }
    }
}
