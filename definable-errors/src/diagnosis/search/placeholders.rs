//! Complaints about placeholders.

use crate::diagnosis::input::Tree;
use crate::diagnosis::replay::Unplaced;
use crate::diagnosis::serde_error::{Actual, Complaint, Expected};
use crate::diagnosis::state::Findings;

/// Changes the placeholder that the complaint is about, now that its type is known. Returns `false`
/// if the complaint is not about a placeholder.
pub(super) fn change(tree: &Tree<'_>, findings: &mut Findings, found: &Unplaced) -> bool {
    match &found.complaint {
        Complaint::Value { actual, expected } => {
            findings.reject_shown(tree, found.at, actual, *expected)
        }
        Complaint::UnknownVariant { name, known } => {
            let actual = Actual::Text(name.clone());
            findings.reject_shown(tree, found.at, &actual, Expected::OneOf(known))
        }
        Complaint::MissingField(field) => {
            findings.reject_tag(tree, found.at) || findings.add_member(tree, found.at, field)
        }
        _ => false,
    }
}

/// Returns what is expected at the target of a complaint.
pub(super) fn expected(complaint: &Complaint) -> Option<Expected> {
    match complaint {
        Complaint::Value { expected, .. } => Some(*expected),
        Complaint::UnknownVariant { known, .. } => Some(Expected::OneOf(known)),
        _ => None,
    }
}
