use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::RequestContext;

/// When the answer to this request has to be there.
///
/// Set by the layers of the module `timeout`. It is an extractor that never fails, for handlers that
/// want to stop work whose result would come too late. Without such a layer it is [`none`](Self::none).
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
    /// No deadline: there is time without end.
    pub const fn none() -> Self {
        Self(None)
    }

    /// A deadline at the given time.
    pub const fn at(instant: Instant) -> Self {
        Self(Some(instant))
    }

    /// The time of it, where there is one.
    pub const fn instant(self) -> Option<Instant> {
        self.0
    }

    /// The time that is left: nothing when it has passed, [`Duration::MAX`] when there is none.
    pub fn remaining(self) -> Duration {
        self.0.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }

    /// Whether it is too late.
    pub fn has_passed(self) -> bool {
        self.remaining().is_zero()
    }
}

impl<S: Sync> FromRequestParts<S> for Deadline {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(RequestContext::of(parts).deadline())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
