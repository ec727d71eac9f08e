//! The timeline of a request: the spans and events of `tracing` that occur while it is handled.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Debug, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Weak};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::mode::Mode;
use super::redact;
use super::texts::{beginning, visible};
use crate::support::lock;

/// The number of spans and events that are kept of a request; the oldest ones make room.
const MAX_ENTRIES: usize = 100;
/// The number of bytes that are kept of a value.
const MAX_VALUE: usize = 1024;
/// The number of bytes that are kept of all values of a request.
const MAX_BYTES: usize = 32 * 1024;
/// The number of requests that are recorded at the same time.
const MAX_REQUESTS: usize = 256;
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
/// because this span is what tells the requests apart. Work that is spawned belongs to the request if
/// it runs inside its span (`tracing::Instrument::in_current_span`).
///
/// At most the last 100 spans and events and 32 KiB of each request are kept, for at most 256
/// requests at a time, and only until there is a response. Secrets are masked as everywhere in
/// development mode.
#[must_use = "a layer does nothing until it is added to a subscriber"]
pub fn timeline<S>() -> Option<impl Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let is_on = Mode::from_env() == Mode::Development;
    is_on.then(|| {
        IS_ON.store(true, Ordering::Relaxed);
        Layer::<S>::with_filter(Recorder, LevelFilter::DEBUG)
    })
}

static IS_ON: AtomicBool = AtomicBool::new(false);

/// Whether a layer was created that records requests.
pub(super) fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// The layer that records requests.
#[derive(Debug)]
struct Recorder;

impl<S> Layer<S> for Recorder
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let parent = span.parent().and_then(|parent| Place::of(&parent));
        let place = match request_of(attributes) {
            Some(request) => Place::of_request(request, parent),
            None => parent.map(|parent| parent.enter(attributes)),
        };
        if let Some(place) = place {
            span.extensions_mut().insert(place);
        }
    }

    fn on_record(&self, id: &Id, values: &tracing::span::Record<'_>, context: Context<'_, S>) {
        let Some(place) = context.span(id).and_then(|span| Place::of(&span)) else { return };
        let mut texts = Texts::default();
        values.record(&mut texts);
        place.update(|entry| entry.texts.fields.append(&mut texts.fields));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        // The page shows the error itself.
        if metadata.target() == OWN {
            return;
        }
        let Some(span) = context.event_span(event) else { return };
        let Some(place) = Place::of(&span) else { return };
        let mut texts = Texts::default();
        event.record(&mut texts);
        place.record.push(Entry::new(metadata, place.depth, texts));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(place) = context.span(&id).and_then(|span| Place::of(&span)) else { return };
        let now = place.record.start.elapsed();
        place.update(|entry| entry.took = Some(now.saturating_sub(entry.at)));
    }
}

/// Returns the id of the request whose span is opened.
fn request_of(attributes: &Attributes<'_>) -> Option<String> {
    let metadata = attributes.metadata();
    if metadata.target() != OWN || metadata.name() != "request" {
        return None;
    }
    let mut texts = Texts::default();
    attributes.record(&mut texts);
    texts.fields.into_iter().find(|(name, _)| *name == "id").map(|(_, id)| id)
}

/// Where in a request a span is.
#[derive(Clone)]
struct Place {
    record: Arc<Record>,
    /// The number of spans around it, without that of the request.
    depth: usize,
    /// The number of its entry; the span of the request has none.
    entry: Option<u64>,
}

impl Place {
    fn of<'span, S: LookupSpan<'span>>(span: &SpanRef<'span, S>) -> Option<Self> {
        span.extensions().get::<Self>().cloned()
    }

    /// Returns the place of the span of a request, or `None` if too many are recorded already. Two
    /// layers may each open a span for the same request.
    fn of_request(id: String, parent: Option<Self>) -> Option<Self> {
        if let Some(parent) = parent.filter(|parent| parent.record.id == id) {
            return Some(Self { entry: None, ..parent });
        }
        Some(Self { record: Record::begin(id)?, depth: 0, entry: None })
    }

    /// Adds a span inside of this one.
    fn enter(self, attributes: &Attributes<'_>) -> Self {
        let mut texts = Texts::default();
        attributes.record(&mut texts);
        let texts = Texts { message: attributes.metadata().name().to_owned(), ..texts };
        let entry = Entry::new(attributes.metadata(), self.depth, texts);
        let entry = Some(self.record.push(entry));
        Self { depth: self.depth + 1, entry, ..self }
    }

    /// Changes the entry of the span, unless it had to make room.
    fn update(&self, change: impl FnOnce(&mut Entry)) {
        let mut entries = lock(&self.record.entries);
        let first = entries.first;
        let at = self.entry.and_then(|entry| entry.checked_sub(first));
        if let Some(entry) = at.and_then(|at| entries.list.get_mut(usize::try_from(at).ok()?)) {
            change(entry);
        }
    }
}

/// What is recorded of one request.
#[derive(Debug)]
pub(super) struct Record {
    /// The id of the request's context.
    id: String,
    start: Instant,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    list: VecDeque<Entry>,
    /// The number of the first entry in the list, which is that of entries that made room.
    first: u64,
    bytes: usize,
}

/// The requests that are being recorded, by their ids.
static OPEN: LazyLock<Mutex<HashMap<String, Weak<Record>>>> = LazyLock::new(Mutex::default);
static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Record {
    fn begin(id: String) -> Option<Arc<Self>> {
        if COUNT.fetch_add(1, Ordering::Relaxed) >= MAX_REQUESTS {
            COUNT.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let (start, entries) = (Instant::now(), Mutex::default());
        let record = Arc::new(Self { id: id.clone(), start, entries });
        lock(&OPEN).insert(id, Arc::downgrade(&record));
        Some(record)
    }

    /// Returns what is recorded of the request with an id. It is empty as long as nobody records.
    pub(super) fn of(id: &dyn fmt::Display) -> Option<Arc<Self>> {
        if !is_on() {
            return None;
        }
        lock(&OPEN).get(&id.to_string())?.upgrade()
    }

    /// Adds an entry, and returns its number.
    fn push(&self, mut entry: Entry) -> u64 {
        entry.at = self.start.elapsed();
        let mut entries = lock(&self.entries);
        entries.bytes += entry.texts.size();
        entries.list.push_back(entry);
        while entries.list.len() > MAX_ENTRIES || entries.bytes > MAX_BYTES {
            let Some(oldest) = entries.list.pop_front() else { break };
            entries.bytes = entries.bytes.saturating_sub(oldest.texts.size());
            entries.first += 1;
        }
        entries.first + entries.list.len() as u64 - 1
    }

    /// Returns what happened until now.
    pub(super) fn timeline(&self) -> Timeline {
        let entries = lock(&self.entries);
        let (left_out, entries) = (entries.first, entries.list.clone());
        Timeline { left_out, moments: entries.iter().map(Moment::new).collect() }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        lock(&OPEN).remove(&self.id);
        COUNT.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A span or an event.
#[derive(Debug, Clone)]
struct Entry {
    at: Duration,
    /// How long it took, if that is known.
    took: Option<Duration>,
    metadata: &'static Metadata<'static>,
    depth: usize,
    texts: Texts,
}

impl Entry {
    fn new(metadata: &'static Metadata<'static>, depth: usize, texts: Texts) -> Self {
        Self { at: Duration::ZERO, took: texts.took, metadata, depth, texts }
    }
}

/// The values of a span or an event.
#[derive(Debug, Clone, Default)]
struct Texts {
    message: String,
    /// The statement for a database, in one of the names that OpenTelemetry had for it.
    statement: String,
    fields: Vec<(&'static str, String)>,
    took: Option<Duration>,
}

impl Texts {
    fn size(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(_, value)| value.len()).sum();
        size_of::<Entry>() + self.message.len() + self.statement.len() + fields
    }

    fn add(&mut self, name: &'static str, value: &dyn fmt::Display) {
        let mut text = Bounded(String::new());
        // It ends with an error as soon as the text is full.
        let _ = write!(text, "{value}");
        match name {
            "message" => self.message = text.0,
            "db.statement" | "db.query.text" => self.statement = text.0,
            // Of the record that a line came from, if it came through the crate `log`.
            _ if name.starts_with("log.") => {}
            _ => self.fields.push((name, text.0)),
        }
    }

    /// Returns everything as one line without secrets.
    fn shown(&self) -> String {
        let mut parts = vec![redact::text(&self.message), redact::text(&self.statement)];
        let is_shown = |name| match name {
            // sqlx shortens the statement, and gives the time twice.
            "summary" => self.statement.trim().is_empty(),
            "elapsed" => self.took.is_none(),
            _ => true,
        };
        for (name, value) in self.fields.iter().filter(|(name, _)| is_shown(name)) {
            let value = redact::member(name, value);
            parts.push(if *name == "summary" { value } else { format!("{name}={value}") });
        }
        let line = parts.join(" ");
        visible(&line.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

impl Visit for Texts {
    fn record_f64(&mut self, field: &Field, value: f64) {
        match Duration::try_from_secs_f64(value) {
            Ok(took) if field.name() == "elapsed_secs" => self.took = Some(took),
            _ => self.add(field.name(), &value),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field.name(), &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field.name(), &format_args!("{value:?}"));
    }
}

/// The first bytes of a text.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = MAX_VALUE - self.0.len();
        if text.len() <= left {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=left).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.0.push_str(&text[..end]);
        Err(fmt::Error)
    }
}

/// What happened during a request. Its texts are redacted.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeline {
    pub(super) moments: Vec<Moment>,
    /// The number of spans and events before these.
    pub(super) left_out: u64,
}

/// A span or an event, as a developer sees it.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    /// The time since the request arrived.
    pub(super) at: Duration,
    /// How long it took, if that is known.
    pub(super) took: Option<Duration>,
    pub(super) level: Level,
    /// The number of spans around it.
    pub(super) depth: usize,
    pub(super) target: String,
    pub(super) text: String,
}

impl Moment {
    fn new(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            took: entry.took,
            level: *entry.metadata.level(),
            depth: entry.depth,
            target: visible(entry.metadata.target()),
            text: entry.texts.shown(),
        }
    }
}

/// Writes it as a line of text, such as `1.24 ms DEBUG sqlx::query: SELECT 1 (0.31 ms)`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indentation = "  ".repeat(self.depth.min(8));
        let Self { level, target, text, .. } = self;
        write!(f, "{:>11} {level:>5} {indentation}{target}: {text}", millis(self.at))?;
        self.took.map_or(Ok(()), |took| write!(f, " ({})", millis(took)))
    }
}

impl From<&Moment> for Value {
    fn from(moment: &Moment) -> Self {
        json!({
            "at_us": u64::try_from(moment.at.as_micros()).ok(),
            "took_us": moment.took.and_then(|took| u64::try_from(took.as_micros()).ok()),
            "level": moment.level.as_str(),
            "target": moment.target,
            "text": moment.text,
        })
    }
}

/// Formats a time, such as `1.24 ms`.
pub(super) fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

impl Timeline {
    /// Returns the last `count` moments with texts of at most `length` characters.
    pub(super) fn shortened(&self, count: usize, length: usize) -> Self {
        let start = self.moments.len().saturating_sub(count);
        let shortened = self.moments[start..]
            .iter()
            .map(|moment| Moment { text: beginning(&moment.text, length), ..moment.clone() });
        Self { moments: shortened.collect(), left_out: self.left_out + start as u64 }
    }

    /// Writes it as lines of text, or returns `None` if nothing happened.
    pub(super) fn lines(&self) -> Option<String> {
        let left_out = match self.left_out {
            0 => None,
            count => Some(format!("{count} earlier ones were left out")),
        };
        let lines = self.moments.iter().map(ToString::to_string);
        (!self.moments.is_empty())
            .then(|| left_out.into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::prelude::*;

    use super::*;

    /// Records what happens inside of the span of a request.
    fn recorded(id: &str, work: impl FnOnce()) -> (Option<Timeline>, Weak<Record>) {
        IS_ON.store(true, Ordering::Relaxed);
        let subscriber =
            tracing_subscriber::registry().with(Recorder.with_filter(LevelFilter::DEBUG));
        tracing::subscriber::with_default(subscriber, || {
            let span = tracing::info_span!(target: "definable_errors", "request", id = %id);
            let entered = span.enter();
            let record = Record::of(&id);
            work();
            let timeline = record.as_ref().map(|record| record.timeline());
            let weak = record.as_ref().map(Arc::downgrade).unwrap_or_default();
            drop((entered, record));
            (timeline, weak)
        })
    }

    fn texts(timeline: &Timeline) -> Vec<(usize, &str)> {
        timeline.moments.iter().map(|moment| (moment.depth, &*moment.text)).collect()
    }

    #[test]
    fn spans_and_events_are_recorded_in_their_order() {
        let (timeline, record) = recorded("order", || {
            tracing::info!(rows = 3, "loading");
            let span = tracing::debug_span!("inner", step = tracing::field::Empty);
            span.in_scope(|| tracing::warn!("slow"));
            span.record("step", 2);
            drop(span);
            tracing::trace!("too fine");
            tracing::error!(target: "definable_errors", "the error itself");
        });
        let timeline = timeline.unwrap();
        assert_eq!(texts(&timeline), [(0, "loading rows=3"), (0, "inner step=2"), (1, "slow")]);
        let took: Vec<_> = timeline.moments.iter().map(|moment| moment.took.is_some()).collect();
        assert_eq!(took, [false, true, false]);
        assert!(timeline.moments.is_sorted_by_key(|moment| moment.at));
        assert!(record.upgrade().is_none() && Record::of(&"order").is_none(), "nothing is kept");
    }

    #[test]
    fn statements_of_a_driver_have_their_time_and_nothing_twice() {
        let (timeline, _) = recorded("statement", || {
            tracing::debug!(
                target: "sqlx::query",
                summary = "SELECT id …",
                db.statement = "\n\nSELECT id\n  FROM orders\n",
                rows_returned = 1,
                elapsed = ?Duration::from_micros(1500),
                elapsed_secs = 0.0015,
            );
            tracing::debug!(target: "sqlx::query", summary = "SELECT 1", db.statement = "");
        });
        let timeline = timeline.unwrap();
        let line = timeline.moments[0].to_string();
        assert!(
            line.ends_with("DEBUG sqlx::query: SELECT id FROM orders rows_returned=1 (1.50 ms)"),
            "{line}"
        );
        assert_eq!(timeline.moments[1].text, "SELECT 1");
    }

    #[test]
    fn secrets_and_control_characters_are_not_shown() {
        let (timeline, _) = recorded("secret", || {
            let url = "postgres://u:canary-1@h/db";
            tracing::info!(password = "canary-2", api_key = %"canary-3", url, "token=canary-4");
            tracing::info!(text = "a\u{1b}[31m\r\nb\u{202e}", "x");
        });
        let timeline = timeline.unwrap();
        let lines = timeline.lines().unwrap();
        assert!(!lines.contains("canary"), "{lines}");
        assert_eq!(timeline.moments[1].text, "x text=a\\x1b[31m b\\u{202e}");
    }

    #[test]
    fn records_are_bounded() {
        let (timeline, _) = recorded("bounds", || {
            let first = tracing::info_span!("first");
            for number in 0..2 * MAX_ENTRIES {
                tracing::info!(number, "event");
            }
            first.record("none", 1);
        });
        let timeline = timeline.unwrap();
        assert_eq!((timeline.moments.len(), timeline.left_out), (MAX_ENTRIES, 101));
        assert_eq!(timeline.moments[MAX_ENTRIES - 1].text, "event number=199");
        assert!(timeline.lines().unwrap().starts_with("101 earlier ones were left out\n"));

        let (timeline, _) = recorded("bytes", || {
            for _ in 0..MAX_ENTRIES {
                tracing::info!("{}", "ü".repeat(MAX_VALUE));
            }
        });
        let kept: usize = timeline.unwrap().moments.iter().map(|moment| moment.text.len()).sum();
        assert!((MAX_BYTES / 4..=MAX_BYTES).contains(&kept), "{kept} bytes");
    }

    #[test]
    fn requests_beyond_the_bound_are_not_recorded() {
        let held: Vec<_> = (0..MAX_REQUESTS).map(|id| Record::begin(id.to_string())).collect();
        assert!(Record::begin("one more".to_owned()).is_none());
        drop(held);
        let again = Record::begin("again".to_owned());
        assert!(again.is_some());
    }

    #[test]
    fn requests_are_told_apart() {
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
    fn there_is_no_layer_without_the_environment() {
        assert!(timeline::<tracing_subscriber::Registry>().is_none());
    }
}
