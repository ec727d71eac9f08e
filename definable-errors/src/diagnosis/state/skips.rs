//! The elements that a type has accepted, which later replays leave out.

use std::collections::HashMap;

use crate::diagnosis::input::NodeId;

/// The elements that need not be read again, so that a replay costs what is still unknown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Skips {
    mode: Mode,
    /// A bit for every node that a type has accepted.
    accepted: Vec<u64>,
    /// The first element of each list that is not known to be accepted.
    resume: HashMap<NodeId, NodeId>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    ReadAll,
    MaySkip,
    HasSkipped,
}

impl Skips {
    /// Allows the next replay to leave out elements.
    pub(crate) fn allow(&mut self) {
        if self.mode == Mode::ReadAll {
            self.mode = Mode::MaySkip;
        }
    }

    /// Requires the next replay to read everything. Returns whether the last one left anything out.
    pub(crate) fn forbid(&mut self) -> bool {
        let has_skipped = self.mode == Mode::HasSkipped;
        self.mode = Mode::ReadAll;
        has_skipped
    }

    /// Returns whether an element is to be left out.
    pub(crate) fn skip(&mut self, id: NodeId) -> bool {
        let bits = self.accepted.get(id.0 as usize / 64).copied().unwrap_or_default();
        let skips = self.mode != Mode::ReadAll && bits & (1 << (id.0 % 64)) != 0;
        if skips {
            self.mode = Mode::HasSkipped;
        }
        skips
    }

    /// Returns the element of a list from which to read on.
    pub(crate) fn resume(&mut self, list: NodeId) -> Option<NodeId> {
        if self.mode == Mode::ReadAll {
            return None;
        }
        let resumed = self.resume.get(&list).copied();
        if resumed.is_some() {
            self.mode = Mode::HasSkipped;
        }
        resumed
    }

    pub(crate) fn resume_at(&mut self, list: NodeId, element: NodeId) {
        if self.mode != Mode::ReadAll {
            self.resume.insert(list, element);
        }
    }

    pub(crate) fn note_accepted(&mut self, id: NodeId) {
        let at = id.0 as usize / 64;
        if self.accepted.len() <= at {
            self.accepted.resize(at + 1, 0);
        }
        self.accepted[at] |= 1 << (id.0 % 64);
    }
}
