//! A reporter that sends failures to Sentry.

use std::borrow::Cow;
use std::error::Error;
use std::{any, io};

use definable_errors::error::SourceLocation;
use definable_errors::problem::Level;
use definable_errors::report::{ErrorEvent, FailedPart, LeftOut, Report};
use definable_errors::{ApiError, RequestContext};
use sentry::protocol::{
    Context, Event, Exception, Frame, Map, Mechanism, Stacktrace, TraceContext,
};
use sentry::types::Uuid;

/// A reporter that sends failures to Sentry.
///
/// It sends what happened: the chain of causes with types and texts, the code, the place in the code,
/// the route and the ids. Of the request it sends the method, the route and the checked ids, and no
/// URL and no body. Causes and notes are sent as they are: keep submitted values out of them. The client
/// sends events on a thread of its own, so reporting does not block.
#[derive(Debug)]
pub(crate) struct SentryReport {
    min_level: Level,
}

impl SentryReport {
    /// Creates a reporter that sends warnings and errors: every 5xx, unless its type has another level,
    /// and no mistake of a client.
    pub(crate) const fn new() -> Self {
        Self { min_level: Level::Warn }
    }

    /// Sets the lowest level that is sent.
    pub(crate) const fn min_level(mut self, min_level: Level) -> Self {
        self.min_level = min_level;
        self
    }
}

impl Report for SentryReport {
    fn report(&self, event: &ErrorEvent<'_>) {
        if event.level() >= self.min_level {
            sentry::capture_event(to_sentry(event));
        }
    }

    fn left_out(&self, summary: &LeftOut) {
        if summary.level() >= self.min_level {
            sentry::capture_event(count_of(summary));
        }
    }
}

fn to_sentry(event: &ErrorEvent<'_>) -> Event<'static> {
    let context = event.context();
    Event {
        event_id: event_id(event),
        level: level(event.level()),
        transaction: context.route().map(|route| format!("{} {route}", context.method())),
        exception: exceptions(event).into(),
        fingerprint: fingerprint(event.code(), event.error().location()),
        tags: tags(event),
        contexts: trace(context).map(|trace| ("trace".to_owned(), trace)).into_iter().collect(),
        extra: extra(event),
        ..Event::default()
    }
}

/// Converts the number of events at the end of a flood; it belongs to the issue of the events.
fn count_of(summary: &LeftOut) -> Event<'static> {
    Event {
        level: level(summary.level()),
        message: Some(format!("{} more events of {}", summary.count(), summary.code())),
        fingerprint: fingerprint(summary.code(), summary.location()),
        tags: [("code".to_owned(), summary.code().to_owned())].into(),
        extra: [("left_out".to_owned(), summary.count().into())].into(),
        ..Event::default()
    }
}

/// Returns the id in `instance` of the response. Sentry drops a second event with the same id, so an item
/// of a batch or a task gets one of its own, which the client creates in place of a nil one.
fn event_id(event: &ErrorEvent<'_>) -> Uuid {
    match event.part() {
        FailedPart::Response | FailedPart::Body => event.context().id(),
        _ => Uuid::nil(),
    }
}

const fn level(level: Level) -> sentry::Level {
    match level {
        Level::Error => sentry::Level::Error,
        Level::Warn => sentry::Level::Warning,
        Level::Info => sentry::Level::Info,
        Level::Debug | Level::Trace => sentry::Level::Debug,
    }
}

/// Converts the chain of causes. Sentry wants the innermost one first.
fn exceptions(event: &ErrorEvent<'_>) -> Vec<Exception> {
    let error = event.error();
    let mut chain: Vec<_> = error.chain().map(exception).collect();
    if chain.is_empty() {
        chain.push(without_cause(event));
    }
    // The outermost one is what was converted: its type is known, and the location is its own.
    if let Some(outermost) = chain.first_mut() {
        if let Some(source_type) = error.source_type() {
            source_type.clone_into(&mut outermost.ty);
        }
        outermost.stacktrace = location(error);
        outermost.mechanism = Some(mechanism(error));
    }
    chain.reverse();
    chain
}

/// Converts one cause. `dyn Error` does not know its type: the name is the first word of its `Debug`
/// output, as in `sentry::event_from_error`, unless it is a type that is recognized.
fn exception(cause: &(dyn Error + 'static)) -> Exception {
    let debug = format!("{cause:?}");
    let ty = if cause.is::<io::Error>() {
        any::type_name::<io::Error>()
    } else {
        sentry::parse_type_from_debug(&debug)
    };
    Exception { ty: ty.to_owned(), value: Some(cause.to_string()), ..Exception::default() }
}

/// Returns the exception of an error that has no cause. The detail may contain what a client sent, the
/// title does not.
fn without_cause(event: &ErrorEvent<'_>) -> Exception {
    let title = event.error().problem().title().to_owned();
    Exception { ty: event.code().to_owned(), value: Some(title), ..Exception::default() }
}

/// Returns a stack trace of one frame: the place where the error became an `ApiError`.
fn location(error: &ApiError) -> Option<Stacktrace> {
    let place = error.location()?;
    let frame = Frame {
        filename: Some(place.file().to_owned()),
        lineno: Some(place.line().into()),
        colno: Some(place.column().into()),
        in_app: Some(true),
        ..Frame::default()
    };
    Some(Stacktrace { frames: vec![frame], ..Stacktrace::default() })
}

/// Describes how the error came to be; Sentry highlights those that were not handled.
fn mechanism(error: &ApiError) -> Mechanism {
    let is_panic = error.source_type() == Some("panic");
    Mechanism {
        ty: if is_panic { "panic" } else { "definable_errors" }.to_owned(),
        handled: Some(!is_panic),
        ..Mechanism::default()
    }
}

/// Returns what makes events one issue: the code and the place in the code. Without it Sentry groups by
/// texts, and one failure becomes as many issues as its text has variants.
fn fingerprint(
    code: &'static str,
    location: Option<&SourceLocation>,
) -> Cow<'static, [Cow<'static, str>]> {
    let place = location.map(|place| format!("{}:{}", place.file(), place.line()));
    let parts = [Some(code.into()), place.map(Cow::Owned)];
    parts.into_iter().flatten().collect()
}

/// Returns what operators search for.
fn tags(event: &ErrorEvent<'_>) -> Map<String, String> {
    let context = event.context();
    let tags = [
        ("code", Some(event.code().into())),
        ("status", Some(event.status().as_u16().to_string())),
        ("route", context.route().map(Into::into)),
        ("instance", Some(context.id().to_string())),
        ("request_id", Some(context.request_id().into_owned())),
        ("trace_id", context.trace_id().map(Into::into)),
    ];
    let known = tags.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    known.collect()
}

/// Returns the trace of the request, so that Sentry shows the event beside the spans of the same trace.
fn trace(context: &RequestContext) -> Option<Context> {
    let trace = context.trace_context()?;
    let trace = TraceContext {
        trace_id: trace.trace_id().parse().ok()?,
        parent_span_id: trace.parent_id().parse().ok(),
        ..TraceContext::default()
    };
    Some(trace.into())
}

/// Returns what operators read in an event but do not search for.
fn extra(event: &ErrorEvent<'_>) -> Map<String, sentry::protocol::Value> {
    let mut extra = Map::new();
    let notes: Vec<_> = event.error().notes().collect();
    if !notes.is_empty() {
        extra.insert("notes".to_owned(), notes.into());
    }
    if event.left_out() > 0 {
        extra.insert("left_out".to_owned(), event.left_out().into());
    }
    if let Some(item) = event.item() {
        extra.insert("item".to_owned(), item.into());
    }
    extra
}
