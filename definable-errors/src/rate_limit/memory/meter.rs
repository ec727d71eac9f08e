//! The numbers of a quota that counting needs.

use super::super::clock::nanoseconds;
use super::super::{Algorithm, Quota};

/// How many numbers of 16 bits a ring of counts has: one for each part of a window, or two if the
/// limit needs more bits.
pub(super) const HALVES: usize = 56;

/// A quota, converted to the numbers that counting needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meter {
    /// The maximum that can be used at once.
    pub(super) capacity: u32,
    /// The length of one part of a window, or the time in which one request comes back.
    pub(super) step: u64,
    /// How long a request counts in a sliding window.
    pub(super) window: u64,
    /// The number of parts in a ring; for a steady rate, how far ahead of now it may be used.
    pub(super) span: u64,
}

impl Meter {
    pub(super) fn new(quota: &Quota) -> Self {
        let window = nanoseconds(quota.window());
        let capacity = quota.capacity();
        match quota.algorithm() {
            Algorithm::SlidingWindow => {
                let parts = parts(capacity);
                // A request in the oldest part may have come at the end of that part: one part more
                // than a window is needed to be sure.
                Self::of(capacity, window.div_ceil(parts - 1), parts, window)
            }
            Algorithm::Gcra { burst } => {
                let step = window.div_ceil(quota.limit().into());
                Self::of(capacity, step, step * u64::from(burst), window)
            }
        }
    }

    const fn of(capacity: u32, step: u64, span: u64, window: u64) -> Self {
        Self { capacity, step, window, span }
    }

    /// Returns the number of whole steps in a time.
    pub(super) const fn steps_in(&self, time: u64) -> u64 {
        time / self.step
    }
}

/// Returns how many parts of a window are remembered.
const fn parts(limit: u32) -> u64 {
    if limit <= u16::MAX as u32 { HALVES as u64 } else { HALVES as u64 / 2 }
}
