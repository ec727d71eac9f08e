//! Errors of the variants of an untagged enum.
//!
//! If all variants but one reject the type of the value, the client meant that one, and the complaint
//! of that one is what is wrong.

use crate::diagnosis::input::{Kind, NodeId, Origin, Tree};
use crate::diagnosis::replay::Unplaced;
use crate::diagnosis::serde_error::{Actual, Complaint, MAX_DISCARDED};
use crate::diagnosis::state::{Findings, TextAs};

/// Replaces the complaint that no variant accepts a value by that of the only variant that accepts its
/// type.
pub(super) fn recover(tree: &Tree<'_>, findings: &Findings, found: &mut Unplaced) {
    let is_here = found.complaint == Complaint::NoVariant && found.last_buffered == Some(found.at);
    if !is_here || found.discarded.len() == MAX_DISCARDED {
        return;
    }
    let is_of_another_type = |complaint: &Complaint| matches!(complaint, Complaint::Value { actual, .. } if is_actual(tree, findings, found.at, actual));
    let mut others = found.discarded.iter().filter(|complaint| !is_of_another_type(complaint));
    // The last error is that of the enum.
    let (first, second, third) = (others.next(), others.next(), others.next());
    if let (Some(meant), Some(Complaint::NoVariant), None) = (first, second, third) {
        if *meant != Complaint::NoVariant {
            found.complaint = meant.clone();
        }
    }
}

/// Returns whether the rejected value can be the one at a node.
pub(super) fn is_actual(tree: &Tree<'_>, findings: &Findings, id: NodeId, actual: &Actual) -> bool {
    match tree.kind(id) {
        Kind::Null => *actual == Actual::Null,
        Kind::True => *actual == Actual::Bool(true),
        Kind::False => *actual == Actual::Bool(false),
        Kind::Number => actual.is_number(tree.raw(id)),
        Kind::String => matches!(actual, Actual::Text(text) if *text == tree.text(id)),
        Kind::Array => *actual == Actual::Array,
        Kind::Object => *actual == Actual::Object,
        Kind::Text if tree.origin == Origin::Header => {
            let line = tree.text(id);
            actual.is_text(&line) || line.split(',').any(|member| actual.is_text(member.trim()))
        }
        Kind::Text => actual.is_text(&tree.text(id)),
        Kind::Texts if *actual == Actual::Array => {
            tree.children(id).nth(1).is_some() || findings.texts.read_as(id) == Some(TextAs::List)
        }
        Kind::Texts => tree.children(id).any(|child| actual.is_text(&tree.text(child))),
    }
}
