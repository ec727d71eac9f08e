//! Putting stand-ins in place of what is wrong.

use super::fault::Fault;
use super::known::Target;
use super::session::Session;
use super::stand_in::{Slot, StandIn};
use super::tree::NodeId;

impl Session<'_> {
    pub(super) fn slot_of(&self, id: NodeId) -> Option<Slot> {
        let known = self.known.borrow();
        if known.replaced.is_empty() {
            return None;
        }
        known.replaced.get(&id).copied()
    }

    pub(super) fn stand_in(&self, slot: Slot) -> StandIn {
        self.known.borrow().slots[slot.0].clone()
    }

    /// Notes a fault and that something has to stand in for what is there.
    pub(super) fn blame(&self, target: Target, fault: Fault) -> Slot {
        self.known.borrow_mut().faults.push((target, fault));
        self.replace(target)
    }

    /// Notes a fault of a member that will be left out.
    pub(super) fn blame_and_drop(&self, id: NodeId, fault: Fault) {
        self.known.borrow_mut().faults.push((Target::At(id), fault));
        self.drop_member(id);
    }

    pub(super) fn replace(&self, target: Target) -> Slot {
        self.count_noted();
        let mut known = self.known.borrow_mut();
        let slot = Slot(known.slots.len());
        known.slots.push(StandIn::new(target, None));
        match target {
            Target::At(id) => {
                known.replaced.insert(id, slot);
            }
            Target::Absent(id, field) => known.absent.entry(id).or_default().push((field, slot)),
        }
        slot
    }
}
