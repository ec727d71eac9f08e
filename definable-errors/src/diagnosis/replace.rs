//! Putting stand-ins in place of what is wrong.

use super::fault::Fault;
use super::known::Target;
use super::session::Session;
use super::stand_in::{Slot, StandIn};
use super::tree::{Kind, NodeId};

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
        let donor = match target {
            Target::At(id) => self.donor(id),
            Target::Absent(..) => None,
        };
        let mut known = self.known.borrow_mut();
        let slot = Slot(known.slots.len());
        known.slots.push(StandIn::new(target, donor, None));
        match target {
            Target::At(id) => {
                known.replaced.insert(id, slot);
            }
            Target::Absent(id, field) => known.absent.entry(id).or_default().push((field, slot)),
        }
        slot
    }

    /// A good value of the same type: what stands at the same place in a sibling.
    fn donor(&self, id: NodeId) -> Option<NodeId> {
        let mut way: Vec<NodeId> = Vec::new();
        let mut inner = id;
        while let Some(parent) = self.tree.parent(inner) {
            let known = self.known.borrow();
            if self.tree.kind(parent) == Kind::Array && !known.tuples.contains(&parent) {
                let siblings = self.tree.children(parent).take(64);
                let same =
                    |sibling| way.iter().rev().try_fold(sibling, |at, step| self.same(at, *step));
                let mut found = siblings.filter_map(same);
                return found.find(|node| known.is_good(*node));
            }
            way.push(inner);
            inner = parent;
        }
        None
    }

    /// The child of a node that stands where that one stands in its own parent.
    fn same(&self, id: NodeId, child: NodeId) -> Option<NodeId> {
        (self.tree.kind(id) == Kind::Object).then(|| self.tree.child(id, &self.tree.key(child)))?
    }
}
