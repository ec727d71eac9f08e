//! Reporters that pass on some of the events of each code, and count the others.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::{ErrorEvent, Report};
use crate::context::RequestContext;
use crate::support::lock;

/// A reporter that passes on at most a number of events per code and interval, so that an outage does
/// not flood a log or exhaust a quota.
///
/// Every code has a limit of its own; it is the code [for operators](ErrorEvent::code). Events over the
/// limit are counted, and the count is in the next event of the code that is passed on:
/// [`ErrorEvent::left_out`], the field `left_out` of the log event. Clients that disconnected are
/// always passed on.
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::report::{DefaultReport, Throttle};
///
/// let log = Throttle::new(DefaultReport::new(), 10, Duration::from_secs(60));
/// let layer = ApiErrorLayer::new().report(log);
/// # let _ = layer;
/// ```
///
/// Put it around the reporter that must not be flooded, and not around one that counts errors.
#[derive(Debug)]
pub struct Throttle<R> {
    report: R,
    limit: u64,
    interval: Duration,
    windows: PerCode<Window>,
}

/// What happened to the events of one code in the current interval.
#[derive(Debug, Default)]
struct Window {
    started: Option<Instant>,
    passed: u64,
    left_out: u64,
}

impl<R: Report> Throttle<R> {
    /// Creates a reporter that passes on the first `limit` events of each code in every `interval`.
    ///
    /// # Panics
    ///
    /// Panics if `limit` is 0.
    #[must_use]
    #[track_caller]
    pub fn new(report: R, limit: u32, interval: Duration) -> Self {
        assert!(limit > 0, "a throttle passes on at least one event per code and interval");
        Self { report, limit: limit.into(), interval, windows: PerCode::default() }
    }

    /// Limits events of one code apart if they have different [locations](crate::ApiError::location).
    /// Use it where most failures are `internal_error`s: otherwise, frequent ones hide a rare one.
    #[must_use]
    pub fn by_location(self) -> Self {
        Self { windows: self.windows.by_location(), ..self }
    }
}

impl Window {
    /// Returns how many events were left out before this one, or `None` if this one is left out, too.
    fn admit(&mut self, now: Instant, limit: u64, interval: Duration) -> Option<u64> {
        let is_over = |started| now.saturating_duration_since(started) >= interval;
        if self.started.is_none_or(is_over) {
            (self.started, self.passed) = (Some(now), 0);
        }
        if self.passed < limit {
            self.passed += 1;
            return Some(std::mem::take(&mut self.left_out));
        }
        self.left_out += 1;
        None
    }
}

impl<R: Report> Report for Throttle<R> {
    fn report(&self, event: &ErrorEvent<'_>) {
        let now = Instant::now();
        let admit = |window: &mut Window| window.admit(now, self.limit, self.interval);
        if let Some(left_out) = self.windows.update(event, admit) {
            self.report.report(&event.with_left_out(left_out));
        }
    }

    fn client_disconnected(&self, context: &RequestContext) {
        self.report.client_disconnected(context);
    }
}

/// A reporter that passes on one of several events of each code.
///
/// It passes on the first event of every code, so that rare errors are always reported, and then every
/// so many. The events between are counted, and the count is in the next one that is passed on:
/// [`ErrorEvent::left_out`]. Clients that disconnected are always passed on.
///
/// ```
/// use definable_errors::ApiErrorLayer;
/// use definable_errors::report::{DefaultReport, ErrorEvent, Sample};
///
/// let to_the_tracker = |event: &ErrorEvent<'_>| {
///     let times = event.left_out() + 1;
///     # let _ = times;
///     // …
/// };
/// let layer = ApiErrorLayer::new()
///     .report(DefaultReport::new())
///     .report(Sample::new(to_the_tracker, 100));
/// # let _ = layer;
/// ```
#[derive(Debug)]
pub struct Sample<R> {
    report: R,
    one_in: u64,
    /// The number of events of each code so far.
    counts: PerCode<u64>,
}

impl<R: Report> Sample<R> {
    /// Creates a reporter that passes on one of `one_in` events of each code.
    ///
    /// # Panics
    ///
    /// Panics if `one_in` is 0.
    #[must_use]
    #[track_caller]
    pub fn new(report: R, one_in: u32) -> Self {
        assert!(one_in > 0, "a sample is one of at least one event");
        Self { report, one_in: one_in.into(), counts: PerCode::default() }
    }

    /// Samples events of one code apart if they have different [locations](crate::ApiError::location).
    #[must_use]
    pub fn by_location(self) -> Self {
        Self { counts: self.counts.by_location(), ..self }
    }
}

impl<R: Report> Report for Sample<R> {
    fn report(&self, event: &ErrorEvent<'_>) {
        let number = self.counts.update(event, |count| {
            *count = count.wrapping_add(1);
            *count - 1
        });
        if number % self.one_in == 0 {
            let left_out = if number == 0 { 0 } else { self.one_in - 1 };
            self.report.report(&event.with_left_out(left_out));
        }
    }

    fn client_disconnected(&self, context: &RequestContext) {
        self.report.client_disconnected(context);
    }
}

/// A state for each code. Their number has a bound: further ones share a state.
#[derive(Debug, Default)]
struct PerCode<T> {
    hasher: RandomState,
    key: Key,
    /// By hash, so that nothing is copied. That two codes of a service have the same 64 bits is next to
    /// impossible, and they would only share a limit.
    states: Mutex<HashMap<u64, T>>,
}

/// What has a state of its own.
#[derive(Debug, Clone, Copy, Default)]
enum Key {
    #[default]
    Code,
    CodeAndLocation,
}

impl<T: Default> PerCode<T> {
    /// More than the codes and the locations of a large service.
    const MAX: usize = 4096;

    fn by_location(self) -> Self {
        Self { key: Key::CodeAndLocation, ..self }
    }

    fn update<U>(&self, event: &ErrorEvent<'_>, update: impl FnOnce(&mut T) -> U) -> U {
        self.update_key(self.key_of(event), update)
    }

    fn key_of(&self, event: &ErrorEvent<'_>) -> u64 {
        let location = match self.key {
            Key::Code => None,
            Key::CodeAndLocation => event.error().location(),
        };
        let place = location.map(|place| (place.file(), place.line(), place.column()));
        self.hasher.hash_one((event.code(), place))
    }

    fn update_key<U>(&self, key: u64, update: impl FnOnce(&mut T) -> U) -> U {
        let mut states = lock(&self.states);
        let is_full = states.len() >= Self::MAX && !states.contains_key(&key);
        update(states.entry(if is_full { 0 } else { key }).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttle_passes_on_its_limit_in_each_interval_and_counts_the_rest() {
        const INTERVAL: Duration = Duration::from_secs(10);
        let (mut window, start) = (Window::default(), Instant::now());
        let admitted: Vec<_> = (0..25)
            .filter_map(|second| {
                let now = start + Duration::from_secs(second);
                Some((second, window.admit(now, 2, INTERVAL)?))
            })
            .collect();
        assert_eq!(admitted, [(0, 0), (1, 0), (10, 8), (11, 0), (20, 8), (21, 0)]);
    }

    #[test]
    fn codes_over_the_bound_share_a_state() {
        let codes = PerCode::<u64>::default();
        let count = |key| {
            codes.update_key(key, |count| {
                *count += 1;
                *count
            })
        };
        let max = u64::try_from(PerCode::<u64>::MAX).unwrap();
        assert!((1..=max).all(|key| count(key) == 1));
        assert_eq!([count(max + 1), count(max + 2), count(1)], [1, 2, 2]);
        assert_eq!(lock(&codes.states).len(), PerCode::<u64>::MAX + 1);
    }
}
