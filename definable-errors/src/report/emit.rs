//! Emits the events of the default reporter through `tracing`.

use std::backtrace::Backtrace;
use std::error::Error;
use std::fmt::{self, Write};

use tracing::level_filters::LevelFilter;

use super::logged_error::LoggedError;
use super::violations::FirstViolations;
use super::{ErrorEvent, FieldNames, LeftOut};
use crate::context::RequestContext;
use crate::problem::Level;

/// Emits an event with the fields that differ in their names, and those that do not. The values are
/// computed only if a subscriber is interested.
macro_rules! emit {
    ($level:expr, $event:expr, $($named:tt)*) => {
        tracing::event!(
            target: "definable_errors",
            $level,
            {
            $($named)*
            id = %$event.context().id(),
            request_id = request_id($event.context()),
            trace_id = $event.context().trace_id(),
            subject = $event.context().subject().map(tracing::field::display),
            violations = text(FirstViolations($event.error().problem().violations()).to_string()),
            error = LoggedError::of($event.error()).as_ref().map(as_error),
            notes = text($event.error().notes().collect::<Vec<_>>().join("; ")),
            item = $event.item(),
            location = $event.error().location().map(tracing::field::display),
            backtrace = $event.error().backtrace().map(in_one_line),
            left_out = Some($event.left_out()).filter(|count| *count > 0),
            latency_ms = millis($event.latency()),
            },
            "{}",
            $event.error().problem().title()
        )
    };
}

/// Emits an event of the level. `tracing` requires a constant level and constant names, so each pair
/// has an event of its own.
macro_rules! emit_named {
    ($level:expr, $event:expr, $names:expr) => {
        match $names {
            FieldNames::OpenTelemetry => emit!(
                $level,
                $event,
                "error.type" = $event.code(),
                "problem.code" = public_code($event),
                "http.response.status_code" = $event.status().as_u16(),
                "http.request.method" = %$event.context().method(),
                "http.route" = $event.context().route(),
                "exception.type" = $event.error().source_type(),
            ),
            FieldNames::Short => emit!(
                $level,
                $event,
                code = $event.error().problem().code(),
                internal_code = $event.error().internal_code(),
                status = $event.status().as_u16(),
                method = %$event.context().method(),
                route = $event.context().route(),
                error_type = $event.error().source_type(),
            ),
        }
    };
}

/// Whether any subscriber is installed.
#[inline]
pub(super) fn is_on() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}

/// Calls a macro with a level, which is constant in each call.
macro_rules! at_level {
    ($level:expr, $emit:ident, $event:expr, $names:expr) => {
        match $level {
            Level::Error => $emit!(tracing::Level::ERROR, $event, $names),
            Level::Warn => $emit!(tracing::Level::WARN, $event, $names),
            Level::Info => $emit!(tracing::Level::INFO, $event, $names),
            Level::Debug => $emit!(tracing::Level::DEBUG, $event, $names),
            Level::Trace => $emit!(tracing::Level::TRACE, $event, $names),
        }
    };
}

/// Emits the event of a failed request.
pub(super) fn failed(event: &ErrorEvent<'_>, names: FieldNames) {
    at_level!(event.level(), emit_named, event, names);
}

/// Emits the event of those that were left out.
pub(super) fn left_out(summary: &LeftOut, names: FieldNames) {
    macro_rules! emit {
        ($level:expr, $summary:expr, $($named:tt)*) => {
            tracing::event!(
                target: "definable_errors",
                $level,
                {
                $($named)*
                location = $summary.location().map(tracing::field::display),
                left_out = $summary.count(),
                elapsed_ms = millis($summary.elapsed()),
                },
                "events were left out"
            )
        };
    }
    macro_rules! emit_named {
        ($level:expr, $summary:expr, $names:expr) => {
            match $names {
                FieldNames::OpenTelemetry => emit!(
                    $level,
                    $summary,
                    "error.type" = $summary.code(),
                    "http.response.status_code" = $summary.status().as_u16(),
                ),
                FieldNames::Short => emit!(
                    $level,
                    $summary,
                    code = $summary.code(),
                    status = $summary.status().as_u16(),
                ),
            }
        };
    }
    at_level!(summary.level(), emit_named, summary, names);
}

/// Emits the event of a client that disconnected.
pub(super) fn disconnected(context: &RequestContext, names: FieldNames) {
    macro_rules! emit {
        ($($named:tt)*) => {
            tracing::event!(
                target: "definable_errors",
                tracing::Level::DEBUG,
                {
                $($named)*
                id = %context.id(),
                request_id = request_id(context),
                trace_id = context.trace_id(),
                latency_ms = millis(context.elapsed()),
                },
                "client disconnected"
            )
        };
    }
    match names {
        FieldNames::OpenTelemetry => emit!(
            "http.response.status_code" = 499,
            "http.request.method" = %context.method(),
            "http.route" = context.route(),
        ),
        FieldNames::Short => emit!(
            status = 499,
            method = %context.method(),
            route = context.route(),
        ),
    }
}

fn as_error(error: &LoggedError) -> &(dyn Error + 'static) {
    error
}

/// Returns the code that the client sees, unless it is also that of the event.
fn public_code(event: &ErrorEvent<'_>) -> Option<&'static str> {
    event.error().internal_code().map(|_| event.error().problem().code())
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

/// Formats a backtrace in one line of at most [`Line::MAX`] bytes.
fn in_one_line(backtrace: &Backtrace) -> String {
    let mut line = Line::default();
    // It ends with an error as soon as the line is full.
    let _ = write!(line, "{backtrace}");
    line.text
}

/// A text in which each run of white space is one space.
#[derive(Default)]
struct Line {
    text: String,
}

impl Line {
    const MAX: usize = 16 * 1024;
}

impl Write for Line {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.text.len() >= Self::MAX {
                return Err(fmt::Error);
            }
            if !character.is_whitespace() && !character.is_control() {
                self.text.push(character);
            } else if !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

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

    #[test]
    fn backtrace_is_one_line_of_bounded_length() {
        let mut line = Line::default();
        assert!(
            write!(line, "   0: shop::pay\n             at src/pay.rs:7:9\n   1: main").is_ok()
        );
        assert_eq!(line.text, "0: shop::pay at src/pay.rs:7:9 1: main");
        assert!(write!(line, "{}", "frame\n".repeat(Line::MAX)).is_err());
        assert!(line.text.len() <= Line::MAX);
        assert!(!in_one_line(&Backtrace::force_capture()).contains('\n'));
    }
}
