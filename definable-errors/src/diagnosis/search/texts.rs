//! Complaints about buffered texts that have to be read as something else.

use std::borrow::Cow;

use crate::diagnosis::input::{NodeId, Origin, Tree};
use crate::diagnosis::replay::Unplaced;
use crate::diagnosis::serde_error::{Actual, Complaint, Expected};
use crate::diagnosis::state::{Findings, TextAs};

/// Reads a buffered text in another way from now on. Returns `false` if the complaint is not about how
/// a text is read.
pub(super) fn read_otherwise(tree: &Tree<'_>, findings: &mut Findings, found: &Unplaced) -> bool {
    if tree.origin == Origin::Body || found.buffered.is_empty() {
        return false;
    }
    let mut is_about_text = |complaint: &Complaint| match complaint {
        Complaint::Value { actual: Actual::Text(text), expected } => ways(tree, text, *expected)
            .into_iter()
            .any(|way| read_as(tree, findings, &found.buffered, text, way)),
        Complaint::Value { actual, expected } => take_back(tree, findings, actual, *expected),
        _ => false,
    };
    match &found.complaint {
        Complaint::NoVariant => found.discarded.iter().any(is_about_text),
        complaint => is_about_text(complaint),
    }
}

/// Returns as what a text can be read where a type is expected, the likeliest first.
fn ways(tree: &Tree<'_>, text: &str, expected: Expected) -> Vec<TextAs> {
    let ways: &[TextAs] = match expected {
        Expected::Integer(_) => &[TextAs::Integer, TextAs::Null],
        Expected::Number => &[TextAs::Number, TextAs::Null],
        Expected::Bool => &[TextAs::Bool, TextAs::Null],
        Expected::Array => &[TextAs::List],
        Expected::Null => &[TextAs::Null],
        Expected::Any => &[TextAs::Integer, TextAs::Number, TextAs::Bool, TextAs::Null],
        _ => &[],
    };
    let is_possible =
        |way: &&TextAs| **way == TextAs::List || way.read(text, tree.origin).is_some();
    ways.iter().filter(is_possible).copied().collect()
}

/// Reads all texts like this one in a way that was not tried; or else the one again that was taken back
/// last.
fn read_as(
    tree: &Tree<'_>,
    findings: &mut Findings,
    buffered: &[NodeId],
    text: &str,
    way: TextAs,
) -> bool {
    let is_in_line = |own: &str| {
        tree.origin == Origin::Header && own.split(',').any(|member| member.trim() == text)
    };
    let is_like = |own: Cow<'_, str>| own == text || is_in_line(&own);
    let is_same = |id: &NodeId| only_text(tree, findings, *id).is_some_and(is_like);
    let same: Vec<_> = buffered.iter().copied().filter(is_same).collect();
    let texts = &mut findings.texts;
    let mut is_new = false;
    for id in same {
        if !texts.read_as.contains_key(&id) && texts.tried.insert((id, way)) {
            texts.read_as.insert(id, way);
            is_new = true;
        }
    }
    if is_new {
        return true;
    }
    match texts.taken_back.take() {
        Some((id, old)) if old == way => {
            texts.read_as.insert(id, old);
            texts.needed.insert(id);
            true
        }
        _ => false,
    }
}

/// Reads one of the texts that are read as the rejected value as a text again.
fn take_back(
    tree: &Tree<'_>,
    findings: &mut Findings,
    actual: &Actual,
    expected: Expected,
) -> bool {
    let is_number = matches!(actual, Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_));
    if is_number && matches!(expected, Expected::Integer(_) | Expected::Number) {
        return false;
    }
    let is_it = |(id, way): &(NodeId, TextAs)| match way {
        TextAs::List => *actual == Actual::Array,
        _ => only_text(tree, findings, *id)
            .and_then(|text| way.read(&text, tree.origin))
            .is_some_and(|value| value.actual() == *actual),
    };
    let all = findings.texts.read_as.iter().map(|(id, way)| (*id, *way));
    let same: Vec<_> = all.filter(is_it).collect();
    let texts = &mut findings.texts;
    let is_open = |(id, _): &&(NodeId, TextAs)| !texts.needed.contains(id);
    let Some((id, way)) = same.iter().find(is_open).copied() else {
        return false;
    };
    texts.read_as.remove(&id);
    // Of several with the same value, the complaint may be about another one.
    texts.taken_back = (same.len() > 1).then_some((id, way));
    true
}

/// Returns the only text at a node, unless a placeholder is shown for it.
fn only_text<'t>(tree: &'t Tree<'_>, findings: &Findings, id: NodeId) -> Option<Cow<'t, str>> {
    let only = tree.only_text(id)?;
    findings.placeholder_at(id).is_none().then(|| tree.text(only))
}
