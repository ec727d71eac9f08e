//! The stack that led to an error.

use std::any::Any;
use std::backtrace::Backtrace;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use crate::problem::ErrorStatus;

/// The stack at the creation of an error.
///
/// Nothing is captured unless development mode is switched on, or a service captures backtraces for
/// its reporters.
pub(crate) trait Trace: Debug + Send + Sync + 'static {
    /// Returns the captured value, for the code that can read it.
    #[cfg_attr(not(feature = "dev"), expect(dead_code, reason = "only `dev` reads a trace"))]
    fn as_any(&self) -> &dyn Any;

    /// Returns the backtrace for reporters, if one was captured.
    fn backtrace(&self) -> Option<&Backtrace>;
}

impl Trace for Backtrace {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn backtrace(&self) -> Option<&Backtrace> {
        Some(self)
    }
}

static CAPTURE: OnceLock<fn() -> Arc<dyn Trace>> = OnceLock::new();

/// Makes every error that operators must look at capture its trace from now on, in the whole
/// process.
#[cfg(feature = "dev")]
pub(crate) fn capture_with(capture: fn() -> Arc<dyn Trace>) {
    // A second call changes nothing, because there is only one way to capture.
    let _ = CAPTURE.set(capture);
}

/// Whether development mode is switched on in this process.
#[inline]
pub(super) fn is_development() -> bool {
    CAPTURE.get().is_some()
}

/// Captures the trace of the caller for an error of this status: in development mode always, else a
/// backtrace of a 5xx at the rate that the service chose.
pub(crate) fn capture(status: ErrorStatus) -> Option<Arc<dyn Trace>> {
    if let Some(capture) = CAPTURE.get() {
        return Some(capture());
    }
    if !status.is_server_error() {
        return None;
    }
    backtrace().map(|backtrace| Arc::new(backtrace) as Arc<dyn Trace>)
}

/// Captures a backtrace unless the rate is exceeded.
pub(crate) fn backtrace() -> Option<Backtrace> {
    BACKTRACES.admits().then(Backtrace::force_capture)
}

/// Sets how many backtraces are captured per second, in the whole process.
pub(crate) fn capture_per_second(limit: u32) {
    BACKTRACES.per_second.store(limit, Ordering::Relaxed);
}

static BACKTRACES: Rate = Rate { per_second: AtomicU32::new(0), window: AtomicU64::new(0) };

/// A bound on how often something is done in each second.
struct Rate {
    per_second: AtomicU32,
    /// The second in the upper half, and how often it was done in that second in the lower.
    window: AtomicU64,
}

impl Rate {
    fn admits(&self) -> bool {
        self.per_second.load(Ordering::Relaxed) > 0 && self.admits_in(second())
    }

    fn admits_in(&self, second: u32) -> bool {
        let limit = u64::from(self.per_second.load(Ordering::Relaxed));
        let window = u64::from(second) << 32;
        let next = |last: u64| {
            let done = if last & window_mask() == window { last & u64::from(u32::MAX) } else { 0 };
            (done < limit).then_some(window | (done + 1))
        };
        self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }
}

const fn window_mask() -> u64 {
    (u32::MAX as u64) << 32
}

/// Returns the current second. Only that it changes matters.
#[expect(clippy::cast_possible_truncation, reason = "the lower bits change with every second")]
fn second() -> u32 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.as_secs() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_bounds_each_second() {
        let rate = Rate { per_second: AtomicU32::new(0), window: AtomicU64::new(0) };
        assert!(!rate.admits());
        rate.per_second.store(3, Ordering::Relaxed);
        let in_second = |second| (0..10).filter(|_| rate.admits_in(second)).count();
        assert_eq!([7, 8, 8, 9, u32::MAX].map(in_second), [3, 3, 0, 3, 3]);
    }

    #[test]
    fn seconds_are_those_of_the_system() {
        let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let (before, second, after) = (now(), u64::from(second()), now());
        assert!((before..=after).contains(&second), "{second} is not within {before}..={after}");
    }
}
