//! Elements that a type has taken once are left out of the next passes.

use super::session::{Session, Skips};
use super::tree::NodeId;

impl Session<'_> {
    /// Whether an element may be left out of this pass.
    pub(super) fn skips(&self, id: NodeId) -> bool {
        let may = self.skips.get() != Skips::Not && self.known.borrow().is_good(id);
        if may {
            self.skips.set(Skips::Did);
        }
        may
    }

    /// The first element of a list that is not known to be good.
    pub(super) fn resume(&self, list: NodeId) -> Option<NodeId> {
        if self.skips.get() == Skips::Not {
            return None;
        }
        let resumed = self.known.borrow().resume.get(&list).copied();
        if resumed.is_some() {
            self.skips.set(Skips::Did);
        }
        resumed
    }

    pub(super) fn resume_at(&self, list: NodeId, element: NodeId) {
        if self.skips.get() != Skips::Not {
            self.known.borrow_mut().resume.insert(list, element);
        }
    }

    pub(super) fn note_good(&self, id: NodeId) {
        self.known.borrow_mut().good[id.0 as usize / 64] |= 1 << (id.0 % 64);
    }
}
