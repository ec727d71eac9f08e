use super::super::clock::nanoseconds;
use super::super::{Algorithm, Quota};
use super::counts;

/// A quota in the numbers that counting needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meter {
    /// What may be had at once.
    pub(super) capacity: u32,
    /// The time of one part of a window, or in which one request comes back.
    pub(super) step: u64,
    /// Into how many parts time is cut; for a steady rate, how far ahead of now it may be used.
    pub(super) span: u64,
}

impl Meter {
    pub(super) fn new(quota: &Quota) -> Self {
        let window = nanoseconds(quota.window());
        let capacity = quota.capacity();
        match quota.algorithm() {
            Algorithm::SlidingWindow => {
                let parts = counts::parts(capacity);
                // What happened in the oldest part may have happened at its end: it takes one part
                // more than a window to be sure.
                Self { capacity, step: window.div_ceil(parts - 1), span: parts }
            }
            Algorithm::Gcra { burst } => {
                let step = window.div_ceil(quota.limit().into());
                Self { capacity, step, span: step * u64::from(burst) }
            }
        }
    }
}
