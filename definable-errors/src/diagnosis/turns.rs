use super::session::Session;
use super::tree::NodeId;

/// In which order the members of an object are shown.
pub(super) struct Turns {
    /// `None` when all of the object is made up.
    object: Option<NodeId>,
    turn: Turn,
    next: Option<NodeId>,
    skips: bool,
}

/// Which members are shown now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Others,
    /// Those that nothing could stand in for.
    Deferred,
}

impl Turns {
    /// There are no members.
    pub(super) const NONE: Self =
        Self { object: None, turn: Turn::Deferred, next: None, skips: false };

    pub(super) fn of(session: &Session<'_>, object: NodeId, skips: bool) -> Self {
        let next = session.tree.first_child(object);
        Self { object: Some(object), turn: Turn::Others, next, skips }
    }

    /// The member after the one at hand.
    pub(super) fn next(&mut self, session: &Session<'_>) -> Option<NodeId> {
        loop {
            let Some(id) = self.next else {
                if !self.begin_deferred(session) {
                    return None;
                }
                continue;
            };
            self.next = session.tree.node(id).next;
            if self.is_shown(session, id) {
                return Some(id);
            }
        }
    }

    fn is_shown(&self, session: &Session<'_>, id: NodeId) -> bool {
        let is_turn = session.is_deferred(id) == (self.turn == Turn::Deferred);
        let is_out = session.is_dropped(id) || (self.skips && session.skips(id));
        is_turn && !is_out
    }

    /// Starts over with those that were left for the end, when there are any.
    fn begin_deferred(&mut self, session: &Session<'_>) -> bool {
        let begins = self.turn == Turn::Others && session.has_deferred();
        self.turn = Turn::Deferred;
        self.next = self.object.filter(|_| begins).and_then(|id| session.tree.first_child(id));
        begins
    }
}
