//! Complaints about how a replay shows the input.

use super::{placeholders, texts, variants};
use crate::diagnosis::input::{Origin, Tree};
use crate::diagnosis::replay::Unplaced;
use crate::diagnosis::serde_error::Complaint;
use crate::diagnosis::state::Findings;

/// Returns a complaint that is about what the client sent. One about how a replay shows it is handled:
/// the next replay shows it in another way.
pub(super) fn about_the_input(
    tree: &Tree<'_>,
    findings: &mut Findings,
    mut complaint: Box<Unplaced>,
) -> Option<Box<Unplaced>> {
    if complaint.complaint == Complaint::Unsupported && tree.origin != Origin::Body {
        findings.stop_unreadable();
        return None;
    }
    if texts::read_otherwise(tree, findings, &complaint) {
        return None;
    }
    variants::recover(tree, findings, &mut complaint);
    let is_about_placeholder = placeholders::change(tree, findings, &complaint);
    (!is_about_placeholder).then_some(complaint)
}
