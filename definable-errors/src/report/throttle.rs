//! A reporter that limits the events of each code in an interval.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use super::left_out::LeftOut;
use super::per_code::PerCode;
use super::{ErrorEvent, Report};
use crate::context::RequestContext;
use crate::error::SourceLocation;
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
///
/// # The end of a flood
///
/// If no further event of the code follows, the count is passed on as a [`LeftOut`], to
/// [`Report::left_out`]: after the interval, with the next event of any code or the next client that
/// disconnects, or else when the layer and its services are dropped. There is no timer, so in a
/// service without failures the count is not reported before that.
#[derive(Debug)]
pub struct Throttle<R: Report> {
    report: R,
    limits: Limits,
    windows: Mutex<Windows>,
}

#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The number of events per code and interval.
    events: u64,
    interval: Duration,
}

/// The windows of all codes.
#[derive(Debug, Default)]
struct Windows {
    codes: PerCode<Window>,
    /// The first end of a window from which events were left out.
    next_end: Option<Instant>,
}

/// What happened to the events of one code in the current interval.
#[derive(Debug, Default)]
struct Window {
    started: Option<Instant>,
    passed: u64,
    left_out: Option<LeftOut>,
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
        let limits = Limits { events: limit.into(), interval };
        Self { report, limits, windows: Mutex::default() }
    }

    /// Limits events of one code apart if they have different [locations](crate::ApiError::location).
    /// Use it where most failures are `internal_error`s: otherwise, frequent ones hide a rare one.
    #[must_use]
    pub fn by_location(self) -> Self {
        lock(&self.windows).codes.set_by_location();
        self
    }

    fn report_ended(&self, now: Instant) {
        let ended = lock(&self.windows).take_ended(now, self.limits);
        for summary in ended {
            self.report.left_out(&summary);
        }
    }
}

impl Windows {
    /// Returns how many events were left out before this one, or `None` if this one is left out, too.
    fn admit(&mut self, event: &ErrorEvent<'_>, now: Instant, limits: Limits) -> Option<u64> {
        let location = self.codes.location(event);
        let window = self.codes.state(event);
        let admitted = window.admit(event, location, now, limits);
        if admitted.is_none() {
            self.next_end = earlier(self.next_end, window.end(limits));
        }
        admitted
    }

    /// Returns the counts of windows that have ended, oldest first.
    fn take_ended(&mut self, now: Instant, limits: Limits) -> Vec<LeftOut> {
        if self.next_end.is_none_or(|end| now < end) {
            return Vec::new();
        }
        self.next_end = None;
        let mut ended = Vec::new();
        for window in self.codes.states().filter(|window| window.left_out.is_some()) {
            if window.is_over(now, limits) {
                ended.extend(window.left_out.take());
            } else {
                self.next_end = earlier(self.next_end, window.end(limits));
            }
        }
        ended.sort_by_key(LeftOut::since);
        ended
    }

    /// Returns the counts of all windows.
    fn take_all(&mut self) -> Vec<LeftOut> {
        let mut all: Vec<_> =
            self.codes.states().filter_map(|window| window.left_out.take()).collect();
        all.sort_by_key(LeftOut::since);
        all
    }
}

fn earlier(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    one.into_iter().chain(other).min()
}

impl Window {
    fn admit(
        &mut self,
        event: &ErrorEvent<'_>,
        location: Option<&SourceLocation>,
        now: Instant,
        limits: Limits,
    ) -> Option<u64> {
        if self.is_over(now, limits) {
            (self.started, self.passed) = (Some(now), 0);
        }
        if self.passed < limits.events {
            self.passed += 1;
            return Some(self.left_out.take().map_or(0, |left_out| left_out.count()));
        }
        match &mut self.left_out {
            Some(left_out) => left_out.add(event),
            None => self.left_out = Some(LeftOut::first(event, location, now)),
        }
        None
    }

    fn is_over(&self, now: Instant, limits: Limits) -> bool {
        let is_over = |started| now.saturating_duration_since(started) >= limits.interval;
        self.started.is_none_or(is_over)
    }

    /// Returns when the window ends, unless that is too far away.
    fn end(&self, limits: Limits) -> Option<Instant> {
        self.started?.checked_add(limits.interval)
    }
}

impl<R: Report> Report for Throttle<R> {
    fn report(&self, event: &ErrorEvent<'_>) {
        let now = Instant::now();
        let admitted = lock(&self.windows).admit(event, now, self.limits);
        if let Some(left_out) = admitted {
            self.report.report(&event.with_left_out(left_out));
        }
        self.report_ended(now);
    }

    fn client_disconnected(&self, context: &RequestContext) {
        self.report.client_disconnected(context);
        self.report_ended(Instant::now());
    }

    fn left_out(&self, summary: &LeftOut) {
        self.report.left_out(summary);
    }
}

/// Reports what was left out at the end. A reporter that panics has no effect.
impl<R: Report> Drop for Throttle<R> {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        for summary in lock(&self.windows).take_all() {
            let _ = catch_unwind(AssertUnwindSafe(|| self.report.left_out(&summary)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ApiError;

    const LIMITS: Limits = Limits { events: 2, interval: Duration::from_secs(10) };

    /// Counts events at these seconds, and returns those that are admitted, each with the number of
    /// those left out before it.
    fn admitted(
        windows: &mut Windows,
        start: Instant,
        seconds: impl Iterator<Item = u64>,
    ) -> Vec<(u64, u64)> {
        let error = ApiError::conflict("taken");
        let context = RequestContext::of_request(&mut http::Request::new(()));
        let event = ErrorEvent::new(&error, &context);
        let admit = |second| {
            let now = start + Duration::from_secs(second);
            Some((second, windows.admit(&event, now, LIMITS)?))
        };
        seconds.filter_map(admit).collect()
    }

    #[test]
    fn throttle_passes_on_its_limit_in_each_interval_and_counts_the_rest() {
        let mut windows = Windows::default();
        let admitted = admitted(&mut windows, Instant::now(), 0..25);
        assert_eq!(admitted, [(0, 0), (1, 0), (10, 8), (11, 0), (20, 8), (21, 0)]);
    }

    #[test]
    fn count_is_taken_once_and_not_before_the_end_of_the_interval() {
        let (mut windows, start) = (Windows::default(), Instant::now());
        let taken = |windows: &mut Windows, second| {
            let ended = windows.take_ended(start + Duration::from_secs(second), LIMITS);
            ended.iter().map(|summary| (summary.code(), summary.count())).collect::<Vec<_>>()
        };
        assert_eq!(admitted(&mut windows, start, 0..5).len(), 2);
        assert_eq!(taken(&mut windows, 9), []);
        assert_eq!(taken(&mut windows, 10), [("conflict", 3)]);
        assert_eq!(taken(&mut windows, 30), []);
        // The next event of the code does not contain it again.
        assert_eq!(admitted(&mut windows, start, 31..33), [(31, 0), (32, 0)]);
        assert_eq!(taken(&mut windows, 60), []);
    }
}
