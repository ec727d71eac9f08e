//! A reporter that passes on one of several events of each code.

use std::mem;
use std::sync::Mutex;

use super::per_code::PerCode;
use super::{ErrorEvent, LeftOut, Report};
use crate::context::RequestContext;
use crate::support::lock;

/// A reporter that passes on one of several events of each code.
///
/// It passes on the first event of every code, so that rare errors are always reported, and then one in
/// `one_in`. The events between are counted, and the count is in the next one that is passed on:
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
    counts: Mutex<PerCode<Count>>,
}

/// The events of one code so far.
#[derive(Debug, Default)]
struct Count {
    number: u64,
    /// The number of those left out since the last one that was passed on.
    left_out: u64,
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
        Self { report, one_in: one_in.into(), counts: Mutex::default() }
    }

    /// Samples events of one code apart if they have different [locations](crate::ApiError::location).
    #[must_use]
    pub fn by_location(self) -> Self {
        lock(&self.counts).set_by_location();
        self
    }
}

impl<R> Sample<R> {
    /// Returns how many events were left out before this one, or `None` if this one is left out, too.
    fn admit(&self, event: &ErrorEvent<'_>) -> Option<u64> {
        let mut counts = lock(&self.counts);
        let count = counts.state(event);
        let number = count.number;
        count.number = number.wrapping_add(1);
        if number % self.one_in == 0 {
            return Some(mem::take(&mut count.left_out));
        }
        count.left_out = count.left_out.saturating_add(event.count());
        None
    }
}

impl<R: Report> Report for Sample<R> {
    fn report(&self, event: &ErrorEvent<'_>) {
        if let Some(left_out) = self.admit(event) {
            self.report.report(&event.with_left_out(left_out));
        }
    }

    fn client_disconnected(&self, context: &RequestContext) {
        self.report.client_disconnected(context);
    }

    fn left_out(&self, summary: &LeftOut) {
        self.report.left_out(summary);
    }
}
