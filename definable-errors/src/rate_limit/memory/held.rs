use std::sync::MutexGuard;

use super::set::Set;
use super::window::Ring;
use super::windows::Windows;
use crate::rate_limit::Standing;

/// The set that a client belongs to, held until the decision is made.
pub(super) struct Held<'a> {
    windows: &'a Windows,
    set: MutexGuard<'a, Set>,
    tag: u64,
}

impl<'a> Held<'a> {
    pub(super) const fn new(windows: &'a Windows, set: MutexGuard<'a, Set>, tag: u64) -> Self {
        Self { windows, set, tag }
    }

    pub(super) fn look(&mut self, now: u64, cost: u32) -> Standing {
        let meter = &self.windows.meter;
        let mut new = Ring::default();
        let ring = self.set.find(self.tag).unwrap_or(&mut new);
        let moment = ring.advance(meter, now);
        ring.look(meter, moment, now, cost)
    }

    /// What was looked at before, with the same time and cost.
    pub(super) fn take(&mut self, now: u64, cost: u32) {
        let meter = &self.windows.meter;
        if let Some(ring) = self.set.find(self.tag) {
            let moment = ring.advance(meter, now);
            return ring.take(meter, moment, now, cost);
        }
        let (ring, is_other_forgotten) = self.set.settle(self.tag, meter, now);
        let moment = ring.advance(meter, now);
        ring.take(meter, moment, now, cost);
        if is_other_forgotten {
            self.windows.count_forgotten();
        }
    }

    /// Both at once, for a quota that stands alone.
    pub(super) fn look_and_take(&mut self, now: u64, cost: u32) -> Standing {
        let meter = &self.windows.meter;
        let Some(ring) = self.set.find(self.tag) else {
            let standing = self.look(now, cost);
            if cost > 0 && !standing.is_exceeded() {
                self.take(now, cost);
            }
            return standing;
        };
        let moment = ring.advance(meter, now);
        let standing = ring.look(meter, moment, now, cost);
        if !standing.is_exceeded() {
            ring.take(meter, moment, now, cost);
        }
        standing
    }

    pub(super) fn give_back(&mut self, now: u64, cost: u32, mark: u64) {
        let meter = &self.windows.meter;
        if let Some(ring) = self.set.find(self.tag) {
            let moment = ring.advance(meter, now);
            ring.give_back(meter, moment, cost, mark);
        }
    }
}
