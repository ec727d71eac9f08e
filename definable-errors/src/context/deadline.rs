//! The time by which a request must be answered.

use std::time::{Duration, Instant};

/// The time by which this request must be answered.
///
/// It is set by the layers of the module `timeout`. It is an extractor that never fails, for
/// handlers that want to stop work whose result would come too late. Without such a layer it is
/// [`none`](Self::none).
///
/// ```
/// use std::time::Duration;
///
/// use definable_errors::context::Deadline;
///
/// async fn report(deadline: Deadline) -> &'static str {
///     match deadline.remaining() > Duration::from_secs(5) {
///         true => "the long one",
///         false => "the short one",
///     }
/// }
///
/// assert_eq!(Deadline::none().remaining(), Duration::MAX);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// Creates a deadline that never passes.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Creates a deadline at `instant`.
    pub const fn at(instant: Instant) -> Self {
        Self(Some(instant))
    }

    /// Returns the time of the deadline, or `None` if there is none.
    pub const fn instant(self) -> Option<Instant> {
        self.0
    }

    /// Returns the time that is left: zero if the deadline has passed, [`Duration::MAX`] if there
    /// is none.
    pub fn remaining(self) -> Duration {
        self.0.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }

    /// Returns whether the deadline has passed.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::RequestContext;

    #[test]
    fn what_is_left_is_never_less_than_nothing() {
        let now = Instant::now();
        assert_eq!(Deadline::at(now).remaining(), Duration::ZERO);
        assert!(Deadline::at(now).has_passed() && !Deadline::none().has_passed());
        let left = Deadline::at(now + Duration::from_secs(9)).remaining();
        assert!(left > Duration::from_secs(8) && left <= Duration::from_secs(9));
    }

    #[test]
    fn a_deadline_can_only_be_shortened() {
        let (mut parts, ()) = http::Request::new(()).into_parts();
        let context = RequestContext::of(&mut parts);
        let started = Instant::now();
        let after = |seconds| started + Duration::from_secs(seconds);
        assert_eq!(context.deadline(), Deadline::none());
        for (wanted, kept) in [(10, 10), (3, 3), (7, 3)] {
            assert_eq!(context.shorten_deadline(after(wanted)), Deadline::at(after(kept)));
            assert_eq!(context.deadline(), Deadline::at(after(kept)));
        }
        let past = context.shorten_deadline(context.started());
        assert!(past.has_passed());
    }
}
