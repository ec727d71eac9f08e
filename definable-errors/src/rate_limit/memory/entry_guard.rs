use std::sync::MutexGuard;

use super::set::Set;
use super::window::Ring;
use super::windows::Windows;
use crate::rate_limit::QuotaStatus;

/// The set that a client belongs to, locked until the decision is made.
pub(super) struct EntryGuard<'a> {
    windows: &'a Windows,
    set: MutexGuard<'a, Set>,
    tag: u64,
}

impl<'a> EntryGuard<'a> {
    pub(super) const fn new(windows: &'a Windows, set: MutexGuard<'a, Set>, tag: u64) -> Self {
        Self { windows, set, tag }
    }

    pub(super) fn look(&mut self, now: u64, cost: u32) -> QuotaStatus {
        let meter = &self.windows.meter;
        let mut new = Ring::default();
        let ring = self.set.find(self.tag).unwrap_or(&mut new);
        let moment = ring.advance(meter, now);
        ring.look(meter, moment, now, cost)
    }

    /// Takes what `look` found to be available, with the same time and cost.
    pub(super) fn consume(&mut self, now: u64, cost: u32) {
        let meter = &self.windows.meter;
        if let Some(ring) = self.set.find(self.tag) {
            let moment = ring.advance(meter, now);
            return ring.consume(meter, moment, now, cost);
        }
        let (ring, is_other_forgotten) = self.set.settle(self.tag, meter, now);
        let moment = ring.advance(meter, now);
        ring.consume(meter, moment, now, cost);
        if is_other_forgotten {
            self.windows.count_forgotten();
        }
    }

    /// Looks and takes in one step, for a single quota.
    pub(super) fn look_and_take(&mut self, now: u64, cost: u32) -> QuotaStatus {
        let meter = &self.windows.meter;
        let Some(ring) = self.set.find(self.tag) else {
            let status = self.look(now, cost);
            if cost > 0 && !status.is_exceeded() {
                self.consume(now, cost);
            }
            return status;
        };
        let moment = ring.advance(meter, now);
        let status = ring.look(meter, moment, now, cost);
        if !status.is_exceeded() {
            ring.consume(meter, moment, now, cost);
        }
        status
    }

    pub(super) fn refund(&mut self, now: u64, cost: u32, mark: u64) {
        let meter = &self.windows.meter;
        if let Some(ring) = self.set.find(self.tag) {
            let moment = ring.advance(meter, now);
            ring.refund(meter, moment, cost, mark);
        }
    }
}
