use super::known::Target;
use super::refusal::Complaint;
use super::session::Session;
use super::tree::{Kind, NodeId};

/// More places than these are not tried.
const MAX_SUSPECTS: usize = 16;

impl Session<'_> {
    /// The places that a complaint out of this value can be about, the nearest first.
    pub(super) fn suspects(&self, id: NodeId, complaint: &Complaint) -> Vec<Target> {
        let is_object = self.tree.kind(id) == Kind::Object;
        let own = is_object.then(|| self.suspect(id, complaint)).flatten();
        // A value that is read from parts put aside is hardly asked for another kind.
        let is_last = matches!(complaint, Complaint::Value { .. });
        let mut suspects: Vec<_> = own.filter(|_| !is_last).into_iter().collect();
        let mut buffered = self.known.borrow().buffered.clone();
        buffered.sort_unstable();
        buffered.dedup();
        let inside =
            buffered.into_iter().filter(|inner| self.tree.contains(id, *inner) && *inner != id);
        suspects.extend(inside.filter_map(|inner| self.suspect(inner, complaint)));
        suspects.truncate(MAX_SUSPECTS - 1);
        suspects.extend(own.filter(|_| is_last));
        suspects
    }

    fn suspect(&self, id: NodeId, complaint: &Complaint) -> Option<Target> {
        let tree = self.tree;
        let is_replaced = self.slot_of(id).is_some();
        match complaint {
            Complaint::MissingField(field) => {
                let is_there = tree.child(id, field).is_some()
                    || self.absences(id).iter().any(|(known, _)| known == field);
                (tree.kind(id) == Kind::Object && !is_there).then_some(Target::Absent(id, field))
            }
            Complaint::UnknownField { name, .. } => {
                tree.child(id, name).filter(|id| !self.is_dropped(*id)).map(Target::At)
            }
            Complaint::DuplicateField(name) => {
                let twins = tree.members(id).filter(|child| tree.key(*child) == *name);
                twins.filter(|twin| !self.is_dropped(*twin)).nth(1).map(Target::At)
            }
            Complaint::UnknownVariant { name, .. } => {
                (tree.kind(id) == Kind::String && tree.text(id) == *name && !is_replaced)
                    .then_some(Target::At(id))
            }
            Complaint::Value { given, .. } => {
                (self.is_given(id, given) && !is_replaced).then_some(Target::At(id))
            }
            Complaint::Length
            | Complaint::NoVariant
            | Complaint::Unsupported
            | Complaint::Other => None,
        }
    }
}
