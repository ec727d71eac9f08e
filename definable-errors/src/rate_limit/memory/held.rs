use std::sync::MutexGuard;

use super::set::Set;
use super::slot::Slot;
use super::table::Table;
use crate::rate_limit::{Key, Standing};

/// The set that a client belongs to, held until the decision is made.
pub(super) struct Held<'a, S> {
    table: &'a Table<S>,
    set: MutexGuard<'a, Set<S>>,
    tag: u64,
}

impl<'a, S: Slot> Held<'a, S> {
    pub(super) fn new(table: &'a Table<S>, key: Key) -> Self {
        Self { table, set: table.lock(key), tag: key.low().max(1) }
    }

    pub(super) fn look(&mut self, now: u64, cost: u32) -> Standing {
        let meter = &self.table.meter;
        match self.set.find(self.tag) {
            Some(slot) => {
                slot.advance(meter, now);
                slot.look(meter, now, cost)
            }
            None => {
                let mut slot = S::default();
                slot.advance(meter, now);
                slot.look(meter, now, cost)
            }
        }
    }

    /// What was looked at before, with the same time and cost.
    pub(super) fn take(&mut self, now: u64, cost: u32) {
        let meter = &self.table.meter;
        if let Some(slot) = self.set.find(self.tag) {
            return slot.take(meter, now, cost);
        }
        let (slot, is_other_forgotten) = self.set.place(self.tag, meter, now);
        slot.advance(meter, now);
        slot.take(meter, now, cost);
        if is_other_forgotten {
            self.table.count_forgotten();
        }
    }

    /// Both at once, for a quota that stands alone.
    pub(super) fn look_and_take(&mut self, now: u64, cost: u32) -> Standing {
        let meter = &self.table.meter;
        let Some(slot) = self.set.find(self.tag) else {
            let standing = self.look(now, cost);
            if cost > 0 && !standing.is_exceeded() {
                self.take(now, cost);
            }
            return standing;
        };
        slot.advance(meter, now);
        let standing = slot.look(meter, now, cost);
        if !standing.is_exceeded() {
            slot.take(meter, now, cost);
        }
        standing
    }

    pub(super) fn give_back(&mut self, now: u64, cost: u32, mark: u64) {
        let meter = &self.table.meter;
        if let Some(slot) = self.set.find(self.tag) {
            slot.advance(meter, now);
            slot.give_back(meter, now, cost, mark);
        }
    }
}
