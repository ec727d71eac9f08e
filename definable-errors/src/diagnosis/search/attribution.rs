//! The place of a complaint.

use super::adjustments::about_the_input;
use super::candidates::candidates;
use super::group_test::group_test;
use super::{placeholders, texts, variants};
use crate::diagnosis::input::{Kind, Tree};
use crate::diagnosis::replay::{Outcome, Replay, Unplaced};
use crate::diagnosis::serde_error::{Actual, Complaint};
use crate::diagnosis::state::{Fault, Findings, Target};

/// Replays until the type accepts the input, or until nothing more can be found out.
pub(crate) fn search(tree: &Tree<'_>, replay: &mut impl Replay, findings: &mut Findings) {
    loop {
        match replay.run(findings) {
            Outcome::Accepted | Outcome::Ended => return,
            Outcome::Noted => {}
            Outcome::Complaint(complaint) => {
                if let Some(complaint) = about_the_input(tree, findings, complaint) {
                    attribute(tree, replay, findings, &complaint);
                }
            }
        }
    }
}

/// Replays until the type accepts the input or something is wrong with it, and returns which. Only the
/// ways in which buffered texts are read are changed.
pub(crate) fn is_accepted(
    tree: &Tree<'_>,
    replay: &mut impl Replay,
    findings: &mut Findings,
) -> bool {
    loop {
        let outcome = replay.run(findings);
        let is_handled = match outcome {
            Outcome::Accepted => return findings.faults.is_empty(),
            Outcome::Ended => return false,
            Outcome::Noted => true,
            Outcome::Complaint(found) => texts::read_otherwise(tree, findings, &found),
        };
        if !is_handled || !findings.faults.is_empty() {
            return false;
        }
    }
}

/// Notes the fault at the place that the complaint is about: the only one that it can be about, one
/// that a group test finds, or the whole value from which it came.
fn attribute(
    tree: &Tree<'_>,
    replay: &mut impl Replay,
    findings: &mut Findings,
    complaint: &Unplaced,
) {
    let candidates = candidates(tree, findings, complaint);
    let targets = match &candidates[..] {
        [] | [_] => candidates,
        _ => group_test(tree, replay, findings, complaint, candidates),
    };
    for target in &targets {
        note(tree, findings, *target, complaint);
    }
    if !targets.is_empty() {
        return;
    }
    // A value with placeholders in it may be rejected because of these.
    let target = Target::At(complaint.at);
    if findings.has_placeholder_in(tree, complaint.at) {
        let _ = findings.replace(target);
    } else {
        let _ = findings.note(target, fault(tree, findings, target, complaint));
    }
}

/// Notes the fault of a target.
fn note(tree: &Tree<'_>, findings: &mut Findings, target: Target, found: &Unplaced) {
    match (target, &found.complaint) {
        (Target::Missing(id, field), _) => {
            let shown =
                tree.children(id).filter(|child| id == found.at && !findings.is_dropped(*child));
            let sent: Vec<_> = shown.filter_map(|child| tree.field(child, found.fields)).collect();
            findings.types.note_required_beside(found.type_id, field, &sent);
            findings.note(target, Fault::Required);
        }
        (Target::At(id), Complaint::UnknownField { name, known }) => {
            if !known.is_empty() {
                findings.types.note_strict(found.type_id);
            }
            findings.note_and_drop(id, Fault::unknown_field(name, known));
        }
        (Target::At(id), Complaint::DuplicateField(_)) => {
            findings.note_and_drop(id, Fault::Duplicate);
        }
        (Target::At(_), _) => {
            let fault = fault(tree, findings, target, found);
            findings.faults.push((target, fault));
            findings.replace_expecting(target, placeholders::expected(&found.complaint));
        }
    }
}

/// Returns what is wrong at a target by itself.
fn fault(tree: &Tree<'_>, findings: &Findings, target: Target, found: &Unplaced) -> Fault {
    let id = target.node();
    match &found.complaint {
        Complaint::UnknownVariant { name, known } => Fault::one_of(Some(name), known),
        Complaint::Value { actual: Actual::Array, .. } if tree.kind(id) == Kind::Texts => {
            Fault::Duplicate
        }
        Complaint::Value { actual, expected }
            if variants::is_actual(tree, findings, id, actual) =>
        {
            Fault::of_value(actual, *expected)
        }
        Complaint::MissingField(_) if tree.kind(id) != Kind::Object => Fault::Type("object"),
        _ => Fault::Invalid,
    }
}
