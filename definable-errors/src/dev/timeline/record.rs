//! What is recorded of each request, in bounded memory, until the span of the request closes.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Weak};
use std::time::Instant;

use super::entry::Entry;
use super::timeline::{Timeline, TimelineEntry};
use crate::support::lock;

/// The number of spans and events that are kept of a request; the oldest ones make room.
const MAX_ENTRIES: usize = 100;
/// The number of bytes that are kept of all values of a request.
const MAX_BYTES: usize = 32 * 1024;
/// The number of requests that are recorded at the same time.
const MAX_REQUESTS: usize = 256;

static IS_ON: AtomicBool = AtomicBool::new(false);

/// Notes that a layer records requests.
pub(super) fn switch_on() {
    IS_ON.store(true, Ordering::Relaxed);
}

/// Returns whether a layer was created that records requests.
pub(in crate::dev) fn is_on() -> bool {
    IS_ON.load(Ordering::Relaxed)
}

/// What is recorded of one request.
#[derive(Debug)]
pub(in crate::dev) struct Record {
    /// The id of the request's context.
    pub(super) id: String,
    pub(super) start: Instant,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    list: VecDeque<Entry>,
    /// The number of the first entry in the list, which is also how many entries were removed to
    /// make room.
    first: u64,
    /// The size of all entries in the list.
    bytes: usize,
}

impl Entries {
    /// Adds an entry, and returns its number.
    fn push(&mut self, entry: Entry) -> u64 {
        let number = self.first + self.list.len() as u64;
        self.bytes += entry.values.size();
        self.list.push_back(entry);
        self.make_room();
        number
    }

    /// Changes the entry with a number, unless it had to make room.
    fn update(&mut self, number: u64, change: impl FnOnce(&mut Entry)) {
        let at = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        let Some(entry) = at.and_then(|at| self.list.get_mut(at)) else { return };
        let before = entry.values.size();
        change(entry);
        let after = entry.values.size();
        self.bytes = (self.bytes + after).saturating_sub(before);
        self.make_room();
    }

    fn make_room(&mut self) {
        while self.list.len() > MAX_ENTRIES || self.bytes > MAX_BYTES {
            let Some(oldest) = self.list.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.values.size());
            self.first += 1;
        }
    }
}

/// The requests that are being recorded, by their ids.
static OPEN: LazyLock<Mutex<HashMap<String, Weak<Record>>>> = LazyLock::new(Mutex::default);
static COUNT: AtomicUsize = AtomicUsize::new(0);

impl Record {
    /// Starts the record of a request, or returns `None` if too many are open.
    pub(super) fn begin(id: String) -> Option<Arc<Self>> {
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
    pub(in crate::dev) fn of(id: &dyn fmt::Display) -> Option<Arc<Self>> {
        if !is_on() {
            return None;
        }
        lock(&OPEN).get(&id.to_string())?.upgrade()
    }

    /// Adds an entry, and returns its number.
    pub(super) fn push(&self, mut entry: Entry) -> u64 {
        entry.at = self.start.elapsed();
        lock(&self.entries).push(entry)
    }

    /// Changes the entry with a number, unless it had to make room.
    pub(super) fn update(&self, number: u64, change: impl FnOnce(&mut Entry)) {
        lock(&self.entries).update(number, change);
    }

    /// Returns what happened until now.
    pub(in crate::dev) fn timeline(&self) -> Timeline {
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

#[cfg(test)]
mod tests {
    use tracing::field::Empty;

    use super::super::entry::MAX_VALUE;
    use super::super::test_support::{alone, recorded};
    use super::*;

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
    fn fields_count_for_the_bound_even_if_their_values_are_empty() {
        const FIELDS: usize = 10;
        let [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9] = [""; FIELDS];
        let (timeline, _) = recorded("fields", || {
            for _ in 0..MAX_ENTRIES {
                tracing::info!(f0, f1, f2, f3, f4, f5, f6, f7, f8, f9);
            }
        });
        let timeline = timeline.unwrap();
        assert_eq!(timeline.entries[0].text.matches('=').count(), FIELDS);
        let kept = timeline.entries.len() * FIELDS * size_of::<(&str, String)>();
        assert!((MAX_BYTES / 2..=MAX_BYTES).contains(&kept), "{kept} bytes");
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
            let bytes: usize = entries.list.iter().map(|entry| entry.values.size()).sum();
            assert_eq!(entries.bytes, bytes);
            assert!((MAX_BYTES / 2..=MAX_BYTES).contains(&bytes), "{bytes} bytes");
        });
        let timeline = timeline.unwrap();
        assert!(timeline.left_out > 0);
        let last = &timeline.entries.last().unwrap().text;
        assert!(last.starts_with("span number=59 text=ü ü"), "{last}");
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
}
