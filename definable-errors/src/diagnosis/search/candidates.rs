//! The places that a complaint can be about.

use super::variants::is_actual;
use crate::diagnosis::input::{Kind, NodeId, Tree};
use crate::diagnosis::replay::Unplaced;
use crate::diagnosis::serde_error::{Complaint, Fields};
use crate::diagnosis::state::{Findings, Target};

/// The maximum number of places that are tested.
const MAX_CANDIDATES: usize = 16;

/// Returns the places that a complaint out of a value can be about, the likeliest first.
pub(super) fn candidates(tree: &Tree<'_>, findings: &Findings, found: &Unplaced) -> Vec<Target> {
    let Unplaced { at, complaint, buffered, fields, .. } = found;
    let is_possible = tree.kind(*at) == Kind::Object && !is_foreign(complaint, fields);
    let own = is_possible.then(|| candidate(tree, findings, *at, complaint)).flatten();
    // A value that is read from buffered parts is hardly of the wrong type itself.
    let is_last = matches!(complaint, Complaint::Value { .. });
    let mut candidates: Vec<_> = own.filter(|_| !is_last).into_iter().collect();
    let inside = buffered.iter().filter(|inner| tree.contains(*at, **inner) && **inner != *at);
    candidates.extend(inside.filter_map(|inner| candidate(tree, findings, *inner, complaint)));
    candidates.truncate(MAX_CANDIDATES - 1);
    candidates.extend(own.filter(|_| is_last));
    candidates
}

/// Returns whether the complaint is that of another type than the one with these fields: it is about a
/// missing field that this type does not have.
fn is_foreign(complaint: &Complaint, fields: Fields) -> bool {
    let lacks = |field| !fields.is_empty() && !fields.contains(field);
    matches!(complaint, Complaint::MissingField(field) if lacks(field))
}

fn candidate(
    tree: &Tree<'_>,
    findings: &Findings,
    id: NodeId,
    complaint: &Complaint,
) -> Option<Target> {
    let is_replaced = findings.placeholder_at(id).is_some();
    match complaint {
        Complaint::MissingField(field) => {
            let is_there = tree.child(id, field).is_some()
                || findings.missing_in(id).iter().any(|(known, _)| known == field);
            (tree.kind(id) == Kind::Object && !is_there).then_some(Target::Missing(id, field))
        }
        Complaint::UnknownField { name, .. } => {
            tree.child(id, name).filter(|id| !findings.is_dropped(*id)).map(Target::At)
        }
        Complaint::DuplicateField(name) => {
            let same = tree.members(id).filter(|child| tree.key(*child) == *name);
            same.filter(|member| !findings.is_dropped(*member)).nth(1).map(Target::At)
        }
        Complaint::UnknownVariant { name, .. } => {
            (tree.kind(id) == Kind::String && tree.text(id) == *name && !is_replaced)
                .then_some(Target::At(id))
        }
        Complaint::Value { actual, .. } => {
            (is_actual(tree, findings, id, actual) && !is_replaced).then_some(Target::At(id))
        }
        Complaint::Length | Complaint::NoVariant | Complaint::Unsupported | Complaint::Other => {
            None
        }
    }
}
