//! One span or event of a request, with the beginnings of its values. Nothing is redacted yet: that takes
//! time, and most requests do not fail.

use std::fmt::{self, Debug, Write};
use std::time::Duration;

use tracing::Metadata;
use tracing::field::{Field, Visit};

/// The number of bytes that are kept of a value.
pub(super) const MAX_VALUE: usize = 1024;

/// A span or an event.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The time since the request arrived.
    pub(super) at: Duration,
    /// How long it took, if that is known.
    pub(super) took: Option<Duration>,
    pub(super) metadata: &'static Metadata<'static>,
    /// The number of spans around it, without that of the request.
    pub(super) depth: usize,
    pub(super) values: Values,
}

impl Entry {
    pub(super) fn new(metadata: &'static Metadata<'static>, depth: usize, values: Values) -> Self {
        Self { at: Duration::ZERO, took: values.took, metadata, depth, values }
    }

    /// Adds values that were recorded later.
    pub(super) fn merge(&mut self, later: Values) {
        self.took = later.took.or(self.took);
        self.values.merge(later);
    }
}

/// The values of a span or an event.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub(super) message: String,
    /// The statement for a database, in one of the names that OpenTelemetry had for it.
    pub(super) statement: String,
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) took: Option<Duration>,
    /// The target of a record that came through the crate `log`; that of its metadata is `log`.
    pub(super) target: Option<String>,
}

impl Values {
    /// Returns the bytes that the entry with these values takes.
    pub(super) fn size(&self) -> usize {
        let field = |(_, value): &(_, String)| size_of::<(&str, String)>() + value.len();
        let fields: usize = self.fields.iter().map(field).sum();
        let target = self.target.as_ref().map_or(0, String::len);
        size_of::<Entry>() + self.message.len() + self.statement.len() + fields + target
    }

    /// Adds values that were recorded later; a field has its last value.
    fn merge(&mut self, later: Self) {
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
}

impl Visit for Values {
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

#[cfg(test)]
mod tests {
    use tracing::field::Empty;

    use super::super::test_support::{recorded, texts};
    use super::*;

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
    fn statement_of_a_driver_is_one_line_with_its_time() {
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
}
