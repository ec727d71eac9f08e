//! Counts of events that were not reported.

use std::time::{Duration, Instant};

use http::StatusCode;

use super::ErrorEvent;
use crate::error::SourceLocation;
use crate::problem::Level;

/// The events of one code that a [`Throttle`](super::Throttle) left out, after which none of that code
/// was passed on; for [`Report::left_out`](super::Report::left_out).
#[derive(Debug, Clone)]
pub struct LeftOut {
    code: &'static str,
    status: StatusCode,
    level: Level,
    location: Option<SourceLocation>,
    count: u64,
    since: Instant,
}

impl LeftOut {
    /// Creates the count of an event that is the first one to be left out.
    pub(super) fn first(
        event: &ErrorEvent<'_>,
        location: Option<&SourceLocation>,
        now: Instant,
    ) -> Self {
        Self {
            code: event.code(),
            status: event.status(),
            level: event.level(),
            location: location.cloned(),
            count: event.count(),
            since: now,
        }
    }

    pub(super) const fn add(&mut self, event: &ErrorEvent<'_>) {
        self.count = self.count.saturating_add(event.count());
    }

    pub(super) const fn since(&self) -> Instant {
        self.since
    }

    /// Returns the code [for operators](ErrorEvent::code) that the events have.
    ///
    /// A throttle counts at most 4,096 codes apart; of all others together, this is the code of the
    /// first event.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the status of the first of the events.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the level of the first of the events.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Returns the location of the events, if the throttle limits them
    /// [by location](super::Throttle::by_location).
    pub const fn location(&self) -> Option<&SourceLocation> {
        self.location.as_ref()
    }

    /// Returns the number of the events, with those that reporters around the throttle left out before.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Returns the time since the first of the events.
    pub fn elapsed(&self) -> Duration {
        self.since.elapsed()
    }
}
