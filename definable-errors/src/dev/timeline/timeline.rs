//! The timeline as a developer sees it: redacted, as lines of text or as JSON.

use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use tracing::Level;

use super::super::redact;
use super::super::texts::{beginning, shown, visible};
use super::entry::{Entry, Values};

/// What happened during a request. Its texts are redacted.
#[derive(Debug, Clone, Default)]
pub(in crate::dev) struct Timeline {
    pub(in crate::dev) entries: Vec<TimelineEntry>,
    /// The number of spans and events before these.
    pub(in crate::dev) left_out: u64,
}

impl Timeline {
    /// Returns the last `count` entries with texts of at most `length` characters.
    pub(in crate::dev) fn shortened(&self, count: usize, length: usize) -> Self {
        let start = self.entries.len().saturating_sub(count);
        let shortened = self.entries[start..]
            .iter()
            .map(|entry| TimelineEntry { text: beginning(&entry.text, length), ..entry.clone() });
        Self { entries: shortened.collect(), left_out: self.left_out + start as u64 }
    }

    /// Writes it as lines of text, or returns `None` if nothing happened.
    pub(in crate::dev) fn lines(&self) -> Option<String> {
        let left_out = match self.left_out {
            0 => None,
            count => Some(format!("{count} earlier ones were left out")),
        };
        let lines = self.entries.iter().map(ToString::to_string);
        (!self.entries.is_empty())
            .then(|| left_out.into_iter().chain(lines).collect::<Vec<_>>().join("\n"))
    }
}

/// A span or an event, as a developer sees it.
#[derive(Debug, Clone)]
pub(in crate::dev) struct TimelineEntry {
    /// The time since the request arrived.
    pub(in crate::dev) at: Duration,
    /// How long it took, if that is known.
    pub(in crate::dev) took: Option<Duration>,
    pub(in crate::dev) level: Level,
    /// The number of spans around it.
    pub(in crate::dev) depth: usize,
    pub(in crate::dev) target: String,
    pub(in crate::dev) text: String,
}

impl TimelineEntry {
    pub(super) fn new(entry: &Entry) -> Self {
        Self {
            at: entry.at,
            took: entry.took,
            level: *entry.metadata.level(),
            depth: entry.depth,
            target: match &entry.values.target {
                Some(target) => shown(target),
                None => visible(entry.metadata.target()),
            },
            text: line(&entry.values),
        }
    }
}

/// Returns all values of an entry as one line without secrets.
fn line(values: &Values) -> String {
    let mut parts = vec![redact::text(&values.message), redact::text(&values.statement)];
    let is_shown = |name| match name {
        // sqlx shortens the statement, and gives the time twice.
        "summary" => values.statement.trim().is_empty(),
        "elapsed" => values.took.is_none(),
        _ => true,
    };
    for (name, value) in values.fields.iter().filter(|(name, _)| is_shown(name)) {
        let value = redact::member(name, value);
        parts.push(if *name == "summary" { value } else { format!("{name}={value}") });
    }
    let line = parts.join(" ");
    visible(&line.split_whitespace().collect::<Vec<_>>().join(" "))
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
pub(in crate::dev) fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::super::test_support::recorded;

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
}
