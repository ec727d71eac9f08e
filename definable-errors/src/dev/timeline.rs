//! The timeline of a request: the spans and events of `tracing` that occur while it is handled.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Debug, Write};
use std::ptr;
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
use super::texts::{beginning, shown, visible};
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

    fn on_record(&self, id: &Id, values: &tracing::span::Record<'_>, context: Context<'_, S>) {
        let Some(position) = context.span(id).and_then(|span| SpanPosition::of(&span)) else {
            return;
        };
        let mut texts = Texts::default();
        values.record(&mut texts);
        position.update(|entry| entry.take_over(texts));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        // The page shows the error itself.
        if metadata.target() == OWN {
            return;
        }
        let Some(span) = context.event_span(event) else { return };
        let Some(position) = SpanPosition::of(&span) else { return };
        let mut texts = Texts::default();
        event.record(&mut texts);
        position.record.push(Entry::new(metadata, position.depth, texts));
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
    let mut texts = Texts::default();
    attributes.record(&mut texts);
    texts.fields.into_iter().find(|(name, _)| *name == "id").map(|(_, id)| id)
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
        let mut texts = Texts::default();
        attributes.record(&mut texts);
        let texts = Texts { message: attributes.metadata().name().to_owned(), ..texts };
        let entry = Entry::new(attributes.metadata(), self.depth, texts);
        let entry = Some(self.record.push(entry));
        Self { depth: self.depth + 1, entry, ..self }
    }

    /// Changes the entry of the span, unless it had to make room.
    fn update(&self, change: impl FnOnce(&mut Entry)) {
        if let Some(number) = self.entry {
            lock(&self.record.entries).update(number, change);
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
    /// The size of all entries in the list.
    bytes: usize,
}

impl Entries {
    /// Adds an entry, and returns its number.
    fn push(&mut self, entry: Entry) -> u64 {
        let number = self.first + self.list.len() as u64;
        self.bytes += entry.texts.size();
        self.list.push_back(entry);
        self.make_room();
        number
    }

    /// Changes the entry with a number, unless it had to make room.
    fn update(&mut self, number: u64, change: impl FnOnce(&mut Entry)) {
        let at = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        let Some(entry) = at.and_then(|at| self.list.get_mut(at)) else { return };
        let before = entry.texts.size();
        change(entry);
        let after = entry.texts.size();
        self.bytes = (self.bytes + after).saturating_sub(before);
        self.make_room();
    }

    fn make_room(&mut self) {
        while self.list.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            let Some(oldest) = self.list.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.texts.size());
            self.first += 1;
        }
    }
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

    /// Returns what is recorded of the request with an id. Returns `None` if no layer records.
    pub(super) fn of(id: &dyn fmt::Display) -> Option<Arc<Self>> {
        if !is_on() {
            return None;
        }
        lock(&OPEN).get(&id.to_string())?.upgrade()
    }

    /// Adds an entry, and returns its number.
    fn push(&self, mut entry: Entry) -> u64 {
        entry.at = self.start.elapsed();
        lock(&self.entries).push(entry)
    }

    /// Returns what happened until now.
    pub(super) fn timeline(&self) -> Timeline {
        // Redaction takes longer than a copy, and the request waits for the lock.
        let (left_out, list) = {
            let entries = lock(&self.entries);
            (entries.first, entries.list.clone())
        };
        Timeline { left_out, entries: list.iter().map(TimelineEntry::new).collect() }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let mut open = lock(&OPEN);
        // A newer record may have the same id.
        if open.get(&self.id).is_some_and(|stored| ptr::eq(stored.as_ptr(), self)) {
            open.remove(&self.id);
        }
        drop(open);
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

    /// Adds values that were recorded later.
    fn take_over(&mut self, later: Texts) {
        self.took = later.took.or(self.took);
        self.texts.take_over(later);
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
    /// The target of a record that came through the crate `log`; that of its metadata is `log`.
    target: Option<String>,
}

impl Texts {
    fn size(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(_, value)| value.len()).sum();
        let target = self.target.as_ref().map_or(0, String::len);
        size_of::<Entry>() + self.message.len() + self.statement.len() + fields + target
    }

    /// Adds values that were recorded later; a field has its last value.
    fn take_over(&mut self, later: Self) {
        if !later.message.is_empty() {
            self.message = later.message;
        }
        if !later.statement.is_empty() {
            self.statement = later.statement;
        }
        self.took = later.took.or(self.took);
        for (name, value) in later.fields {
            match self.fields.iter_mut().find(|(known, _)| *known == name) {
                Some((_, old)) => *old = value,
                None => self.fields.push((name, value)),
            }
        }
    }

    fn add(&mut self, name: &'static str, value: &dyn fmt::Display) {
        let text = Bounded::text(value);
        match name {
            "message" => self.message = text,
            "db.statement" | "db.query.text" => self.statement = text,
            "log.target" => self.target = Some(text),
            // The module, the file and the line of a record that came through the crate `log`.
            _ if name.starts_with("log.") => {}
            _ => self.fields.push((name, text)),
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
#[derive(Default)]
struct Bounded {
    text: String,
    is_cut: bool,
}

impl Bounded {
    /// Formats a value. Of a long one the last word is dropped: it may be half of a secret, which no
    /// longer has the shape of one.
    fn text(value: &dyn fmt::Display) -> String {
        let mut bounded = Self::default();
        // It ends with an error as soon as the text is full.
        let _ = write!(bounded, "{value}");
        let Self { mut text, is_cut } = bounded;
        if is_cut {
            text.truncate(text.trim_end_matches(|letter: char| !letter.is_whitespace()).len());
            text.push('…');
        }
        text
    }
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.is_cut {
            return Err(fmt::Error);
        }
        let left = MAX_VALUE - self.text.len();
        if text.len() <= left {
            self.text.push_str(text);
            return Ok(());
        }
        let end = (0..=left).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.text.push_str(&text[..end]);
        self.is_cut = true;
        Err(fmt::Error)
    }
}

/// What happened during a request. Its texts are redacted.
#[derive(Debug, Clone, Default)]
pub(super) struct Timeline {
    pub(super) entries: Vec<TimelineEntry>,
    /// The number of spans and events before these.
    pub(super) left_out: u64,
}

/// A span or an event, as a developer sees it.
#[derive(Debug, Clone)]
pub(super) struct TimelineEntry {
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

impl TimelineEntry {
    fn new(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            took: entry.took,
            level: *entry.metadata.level(),
            depth: entry.depth,
            target: match &entry.texts.target {
                Some(target) => shown(target),
                None => visible(entry.metadata.target()),
            },
            text: entry.texts.shown(),
        }
    }
}

/// Writes it as a line of text, such as `1.24 ms DEBUG sqlx::query: SELECT 1 (0.31 ms)`.
impl fmt::Display for TimelineEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let indentation = "  ".repeat(self.depth.min(8));
        let Self { level, target, text, .. } = self;
        write!(f, "{:>11} {level:>5} {indentation}{target}: {text}", millis(self.at))?;
        self.took.map_or(Ok(()), |took| write!(f, " ({})", millis(took)))
    }
}

impl From<&TimelineEntry> for Value {
    fn from(entry: &TimelineEntry) -> Self {
        json!({
            "at_us": u64::try_from(entry.at.as_micros()).ok(),
            "took_us": entry.took.and_then(|took| u64::try_from(took.as_micros()).ok()),
            "level": entry.level.as_str(),
            "target": entry.target,
            "text": entry.text,
        })
    }
}

/// Formats a time, such as `1.24 ms`.
pub(super) fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

impl Timeline {
    /// Returns the last `count` entries with texts of at most `length` characters.
    pub(super) fn shortened(&self, count: usize, length: usize) -> Self {
        let start = self.entries.len().saturating_sub(count);
        let shortened = self.entries[start..]
            .iter()
            .map(|entry| TimelineEntry { text: beginning(&entry.text, length), ..entry.clone() });
        Self { entries: shortened.collect(), left_out: self.left_out + start as u64 }
    }

    /// Writes it as lines of text, or returns `None` if nothing happened.
    pub(super) fn lines(&self) -> Option<String> {
        let left_out = match self.left_out {
            0 => None,
            count => Some(format!("{count} earlier ones were left out")),
        };
        let lines = self.entries.iter().map(ToString::to_string);
        (!self.entries.is_empty())
            .then(|| left_out.into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::MutexGuard;

    use tracing::field::Empty;
    use tracing_subscriber::prelude::*;

    use super::*;

    /// Waits for the other tests that record: one of them takes all places.
    fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        IS_ON.store(true, Ordering::Relaxed);
        lock(&ALONE)
    }

    fn layer<S: Subscriber + for<'span> LookupSpan<'span>>() -> impl Layer<S> + Send + Sync {
        Recorder.with_filter(LevelFilter::DEBUG)
    }

    /// Records what happens inside of the span of a request.
    fn recorded(id: &str, work: impl FnOnce()) -> (Option<Timeline>, Weak<Record>) {
        recorded_by(tracing_subscriber::registry().with(layer()), id, work)
    }

    fn recorded_by(
        subscriber: impl Subscriber + Send + Sync + 'static,
        id: &str,
        work: impl FnOnce(),
    ) -> (Option<Timeline>, Weak<Record>) {
        let _alone = alone();
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
        timeline.entries.iter().map(|entry| (entry.depth, &*entry.text)).collect()
    }

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
        let line = timeline.entries[0].to_string();
        assert!(
            line.ends_with("DEBUG sqlx::query: SELECT id FROM orders rows_returned=1 (1.50 ms)"),
            "{line}"
        );
        assert_eq!(timeline.entries[1].text, "SELECT 1");
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
        assert_eq!(timeline.entries[1].text, "x text=a\\x1b[31m b\\u{202e}");
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
        assert_eq!((timeline.entries.len(), timeline.left_out), (MAX_ENTRIES, 101));
        assert_eq!(timeline.entries[MAX_ENTRIES - 1].text, "event number=199");
        assert!(timeline.lines().unwrap().starts_with("101 earlier ones were left out\n"));

        let (timeline, _) = recorded("bytes", || {
            for _ in 0..MAX_ENTRIES {
                tracing::info!("{}", "ü ".repeat(MAX_VALUE));
            }
        });
        let kept: usize = timeline.unwrap().entries.iter().map(|entry| entry.text.len()).sum();
        assert!((MAX_BYTES / 4..=MAX_BYTES).contains(&kept), "{kept} bytes");
    }

    #[test]
    fn secret_at_the_bound_of_a_value_is_not_shown_in_part() {
        let url = "postgres://u:canary-1@h/db";
        for start in MAX_VALUE - url.len() + 1..MAX_VALUE {
            let words = format!("{} ", &"word ".repeat(MAX_VALUE)[..start - 1]);
            let unbroken = "a".repeat(start);
            let (timeline, _) = recorded("straddling", || {
                tracing::info!(value = format!("{words}{url} end"), "{words}{url} end");
                tracing::info!("{unbroken}{url}");
            });
            let timeline = timeline.unwrap();
            let text = &timeline.entries[0].text;
            assert!(!text.contains("post") && !text.contains("canary"), "{start}: {text}");
            assert!(text.starts_with("word ") && text.ends_with(" …"), "{start}: {text}");
            assert_eq!(timeline.entries[1].text, "…");
        }
    }

    #[test]
    fn values_recorded_later_replace_those_before() {
        let (timeline, _) = recorded("later", || {
            let span = tracing::info_span!(
                "query",
                db.query.text = Empty,
                message = Empty,
                rows = 0,
                elapsed_secs = Empty
            );
            for rows in 1..=1000 {
                span.record("rows", rows);
            }
            span.record("db.query.text", "SELECT 1").record("db.query.text", "");
            span.record("elapsed_secs", 0.0015);
            drop(span);
            let named = tracing::info_span!("before", message = Empty);
            named.record("message", "after");
        });
        let timeline = timeline.unwrap();
        assert_eq!(texts(&timeline), [(0, "query SELECT 1 rows=1000"), (0, "after")]);
        assert_eq!(timeline.entries[0].took, Some(Duration::from_micros(1500)));
    }

    #[test]
    fn values_recorded_later_count_for_the_bound() {
        let (timeline, _) = recorded("later bytes", || {
            let spans: Vec<_> =
                (0..60).map(|number| tracing::info_span!("span", number, text = Empty)).collect();
            for span in &spans {
                span.record("text", "ü ".repeat(MAX_VALUE)).record("text", "ü ".repeat(300));
            }
            let record = Record::of(&"later bytes").unwrap();
            let entries = lock(&record.entries);
            let bytes: usize = entries.list.iter().map(|entry| entry.texts.size()).sum();
            assert_eq!(entries.bytes, bytes);
            assert!((MAX_BYTES / 2..=MAX_BYTES).contains(&bytes), "{bytes} bytes");
        });
        let timeline = timeline.unwrap();
        assert!(timeline.left_out > 0);
        let last = &timeline.entries.last().unwrap().text;
        assert!(last.starts_with("span number=59 text=ü ü"), "{last}");
    }

    #[test]
    fn records_of_the_crate_log_have_their_target() {
        let (timeline, _) = recorded("log", || {
            // As the crate `tracing-log` emits them.
            tracing::info!(target: "log", { log.target = "hyper::proto::h1::io", log.line = 3 }, "x");
            tracing::info!(target: "log", { log.target = "token=canary-1\u{1b}" }, "y");
        });
        let timeline = timeline.unwrap();
        assert_eq!(timeline.entries[0].target, "hyper::proto::h1::io");
        assert_eq!(texts(&timeline), [(0, "x"), (0, "y")]);
        let target = &timeline.entries[1].target;
        assert!(!target.contains("canary") && !target.contains('\u{1b}'), "{target}");
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
    fn an_older_record_leaves_a_newer_one_with_its_id() {
        let _alone = alone();
        let [older, newer] = [(); 2].map(|()| Record::begin("same".to_owned()).unwrap());
        drop(older);
        assert!(Record::of(&"same").is_some_and(|found| Arc::ptr_eq(&found, &newer)));
        drop(newer);
        assert!(!lock(&OPEN).contains_key("same"), "nothing is kept");
    }

    #[test]
    fn requests_beyond_the_bound_are_not_recorded() {
        let _alone = alone();
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
