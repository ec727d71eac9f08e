//! The layer of `tracing-subscriber` that records spans and events, each with the request that it is in.

use std::sync::Arc;

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::super::mode::Mode;
use super::entry::{Entry, Values};
use super::record::{Record, switch_on};

/// The target of the span of a request, and of the events of this library.
const OWN: &str = "definable_errors";

/// Returns a layer of `tracing-subscriber` that records what happens during a request, or `None`
/// unless `APP_ENV` is exactly `dev` or `development`. Development mode shows it with the error: the
/// spans and events up to the level `DEBUG`, with their times, and so also the statements of a
/// database whose driver emits events, as that of sqlx does.
///
/// ```
/// use definable_errors::dev;
/// use tracing_subscriber::filter::LevelFilter;
/// use tracing_subscriber::prelude::*;
///
/// tracing_subscriber::registry()
///     .with(tracing_subscriber::fmt::layer().with_filter(LevelFilter::INFO))
///     .with(dev::timeline())
///     .init();
/// // In production there is no layer, and nothing more is enabled than the log needs.
/// assert_eq!(LevelFilter::current(), LevelFilter::INFO);
/// ```
///
/// Filter the log by its own layer, as above: a filter of the whole registry, such as an `EnvFilter`
/// without `with_filter`, also hides events from the timeline.
///
/// Call it before development mode is switched on. The layer of errors then opens the
/// [span of each request](crate::ApiErrorLayer::request_span) even if the service did not ask for it,
/// because the timeline distinguishes requests by this span. Work that is spawned belongs to the request if
/// it runs inside its span (`tracing::Instrument::in_current_span`).
///
/// At most the last 100 spans and events and 32 KiB of each request are kept, for at most 256
/// requests at a time, until the span of the request closes; a stream, a socket or a task inside the
/// span keeps it open. Secrets are masked as everywhere in development mode.
#[must_use = "a layer does nothing until it is added to a subscriber"]
pub fn timeline<S>() -> Option<impl Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let is_on = Mode::from_env() == Mode::Development;
    is_on.then(|| {
        switch_on();
        Layer::<S>::with_filter(Recorder, LevelFilter::DEBUG)
    })
}

/// The layer that records requests.
#[derive(Debug)]
pub(super) struct Recorder;

impl<S> Layer<S> for Recorder
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let parent = span.parent().and_then(|parent| SpanPosition::of(&parent));
        let position = match request_of(attributes) {
            Some(request) => SpanPosition::of_request(request, parent),
            None => parent.map(|parent| parent.enter(attributes)),
        };
        if let Some(position) = position {
            // The layer may have been added twice.
            span.extensions_mut().replace(position);
        }
    }

    fn on_record(&self, id: &Id, recorded: &tracing::span::Record<'_>, context: Context<'_, S>) {
        let Some(position) = context.span(id).and_then(|span| SpanPosition::of(&span)) else {
            return;
        };
        let mut values = Values::default();
        recorded.record(&mut values);
        position.update(|entry| entry.merge(values));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        // The page shows the error itself.
        if metadata.target() == OWN {
            return;
        }
        let Some(span) = context.event_span(event) else { return };
        let Some(position) = SpanPosition::of(&span) else { return };
        let mut values = Values::default();
        event.record(&mut values);
        position.record.push(Entry::new(metadata, position.depth, values));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(position) = context.span(&id).and_then(|span| SpanPosition::of(&span)) else {
            return;
        };
        let now = position.record.start.elapsed();
        position.update(|entry| {
            entry.took.get_or_insert(now.saturating_sub(entry.at));
        });
    }
}

/// Returns the id of the request whose span is opened.
fn request_of(attributes: &Attributes<'_>) -> Option<String> {
    let metadata = attributes.metadata();
    if metadata.target() != OWN || metadata.name() != "request" {
        return None;
    }
    let mut values = Values::default();
    attributes.record(&mut values);
    values.fields.into_iter().find(|(name, _)| *name == "id").map(|(_, id)| id)
}

/// Where in a request a span is.
#[derive(Clone)]
struct SpanPosition {
    record: Arc<Record>,
    /// The number of spans around it, without that of the request.
    depth: usize,
    /// The number of its entry; the span of the request has none.
    entry: Option<u64>,
}

impl SpanPosition {
    fn of<'span, S: LookupSpan<'span>>(span: &SpanRef<'span, S>) -> Option<Self> {
        span.extensions().get::<Self>().cloned()
    }

    /// Returns the position of the span of a request, or `None` if too many are recorded already. Two
    /// layers may each open a span for the same request.
    fn of_request(id: String, parent: Option<Self>) -> Option<Self> {
        if let Some(parent) = parent.filter(|parent| parent.record.id == id) {
            return Some(Self { entry: None, ..parent });
        }
        Some(Self { record: Record::begin(id)?, depth: 0, entry: None })
    }

    /// Adds a span inside of this one.
    fn enter(self, attributes: &Attributes<'_>) -> Self {
        let mut values = Values::default();
        attributes.record(&mut values);
        let values = Values { message: attributes.metadata().name().to_owned(), ..values };
        let entry = Entry::new(attributes.metadata(), self.depth, values);
        let entry = Some(self.record.push(entry));
        Self { depth: self.depth + 1, entry, ..self }
    }

    /// Changes the entry of the span.
    fn update(&self, change: impl FnOnce(&mut Entry)) {
        if let Some(number) = self.entry {
            self.record.update(number, change);
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing::field::Empty;
    use tracing_subscriber::prelude::*;

    use super::super::test_support::{layer, recorded, recorded_by, texts};
    use super::*;

    #[test]
    fn spans_and_events_are_recorded_in_their_order() {
        let (timeline, record) = recorded("order", || {
            tracing::info!(rows = 3, "loading");
            let span = tracing::debug_span!("inner", step = Empty);
            span.in_scope(|| tracing::warn!("slow"));
            span.record("step", 2);
            drop(span);
            tracing::trace!("too fine");
            tracing::error!(target: "definable_errors", "the error itself");
        });
        let timeline = timeline.unwrap();
        assert_eq!(texts(&timeline), [(0, "loading rows=3"), (0, "inner step=2"), (1, "slow")]);
        let took: Vec<_> = timeline.entries.iter().map(|entry| entry.took.is_some()).collect();
        assert_eq!(took, [false, true, false]);
        assert!(timeline.entries.is_sorted_by_key(|entry| entry.at));
        assert!(record.upgrade().is_none() && Record::of(&"order").is_none(), "nothing is kept");
    }

    #[test]
    fn a_layer_may_be_added_twice() {
        let subscriber = tracing_subscriber::registry().with(layer()).with(layer());
        let (timeline, record) = recorded_by(subscriber, "layers", || {
            tracing::info_span!("inner").in_scope(|| tracing::info!("event"));
        });
        let timeline = timeline.unwrap();
        assert!(texts(&timeline).contains(&(1, "event")), "{timeline:?}");
        assert!(record.upgrade().is_none() && Record::of(&"layers").is_none(), "nothing is kept");
    }

    #[test]
    fn requests_do_not_share_a_record() {
        let (outer, _) = recorded("outer", || {
            let same = tracing::info_span!(target: "definable_errors", "request", id = "outer");
            same.in_scope(|| tracing::info!("of the outer one"));
            let other = tracing::info_span!(target: "definable_errors", "request", id = "inner");
            other.in_scope(|| {
                tracing::info!("of the inner one");
                let inner = Record::of(&"inner").unwrap().timeline();
                assert_eq!(texts(&inner), [(0, "of the inner one")]);
            });
        });
        assert_eq!(texts(&outer.unwrap()), [(0, "of the outer one")]);
    }

    #[test]
    fn timeline_is_none_outside_of_development() {
        assert!(timeline::<tracing_subscriber::Registry>().is_none());
    }
}
