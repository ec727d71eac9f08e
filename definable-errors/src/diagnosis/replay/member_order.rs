//! The order in which the members of an object are shown.

use super::pass::Pass;
use crate::diagnosis::input::NodeId;

/// The remaining members: first those in the order of the input, then the deferred ones, whose errors
/// would hide those of the others.
pub(super) struct MemberOrder {
    /// The object, or `None` for an object of placeholders.
    object: Option<NodeId>,
    phase: Phase,
    next: Option<NodeId>,
    skips: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Others,
    Deferred,
}

impl MemberOrder {
    pub(super) const NONE: Self =
        Self { object: None, phase: Phase::Deferred, next: None, skips: false };

    pub(super) fn new(pass: &Pass<'_>, object: NodeId, skips: bool) -> Self {
        let next = pass.tree.first_child(object);
        Self { object: Some(object), phase: Phase::Others, next, skips }
    }

    pub(super) fn next(&mut self, pass: &Pass<'_>) -> Option<NodeId> {
        loop {
            let Some(id) = self.next else {
                if !self.begin_deferred(pass) {
                    return None;
                }
                continue;
            };
            self.next = pass.tree.node(id).next;
            if self.is_shown(pass, id) {
                return Some(id);
            }
        }
    }

    fn is_shown(&self, pass: &Pass<'_>, id: NodeId) -> bool {
        let mut findings = pass.findings();
        let is_phase = findings.is_deferred(id) == (self.phase == Phase::Deferred);
        is_phase && !findings.is_dropped(id) && !(self.skips && findings.skips.skip(id))
    }

    /// Starts over with the deferred members, if there are any.
    fn begin_deferred(&mut self, pass: &Pass<'_>) -> bool {
        let begins = self.phase == Phase::Others && pass.findings().has_deferred();
        self.phase = Phase::Deferred;
        self.next = self.object.filter(|_| begins).and_then(|id| pass.tree.first_child(id));
        begins
    }
}
