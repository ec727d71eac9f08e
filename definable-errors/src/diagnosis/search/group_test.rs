//! The test which of several places a complaint is about.
//!
//! Serde reads what it buffers later, and knows no places then. A complaint contains a value or a
//! field that may be in several places. Placeholders are shown for one place after the other, until the
//! complaint is gone. Then each placeholder is removed again, as long as the complaint stays away.

use super::adjustments::about_the_input;
use super::placeholders::expected;
use crate::diagnosis::input::Tree;
use crate::diagnosis::replay::{Outcome, Replay, Unplaced};
use crate::diagnosis::serde_error::Complaint;
use crate::diagnosis::state::{Findings, Target};

/// Returns those of the candidates that the complaint is about, or nothing if it is not about them.
pub(super) fn group_test(
    tree: &Tree<'_>,
    replay: &mut impl Replay,
    findings: &Findings,
    complaint: &Unplaced,
    candidates: Vec<Target>,
) -> Vec<Target> {
    let mut is_repeated = |targets: &[Target]| {
        let mut tested = findings.snapshot();
        is_repeated_without(tree, replay, &mut tested, complaint, targets)
    };
    let mut found = Vec::new();
    let mut candidates = candidates.into_iter();
    loop {
        let Some(candidate) = candidates.next() else {
            found.clear();
            break;
        };
        found.push(candidate);
        if !is_repeated(&found) {
            break;
        }
    }
    // The last one made the complaint go away.
    let mut at = 0;
    while at + 1 < found.len() {
        let candidate = found.remove(at);
        if is_repeated(&found) {
            found.insert(at, candidate);
            at += 1;
        }
    }
    found
}

/// Returns whether the complaint is repeated while placeholders are shown for these targets.
fn is_repeated_without(
    tree: &Tree<'_>,
    replay: &mut impl Replay,
    findings: &mut Findings,
    complaint: &Unplaced,
    targets: &[Target],
) -> bool {
    for target in targets {
        match (*target, &complaint.complaint) {
            (Target::At(id), Complaint::UnknownField { .. } | Complaint::DuplicateField(_)) => {
                findings.drop_node(id);
            }
            _ => drop(findings.replace_expecting(*target, expected(&complaint.complaint))),
        }
    }
    loop {
        match replay.run(findings) {
            Outcome::Accepted | Outcome::Ended => return false,
            Outcome::Noted => {}
            Outcome::Complaint(found) => {
                if let Some(found) = about_the_input(tree, findings, found) {
                    return found.at == complaint.at && found.complaint == complaint.complaint;
                }
            }
        }
    }
}
