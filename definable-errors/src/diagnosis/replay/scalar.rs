//! The scalar that is at a place.

use std::borrow::Cow;

use super::cursor::{At, Cursor};
use crate::diagnosis::input::{Kind, NodeId};
use crate::diagnosis::serde_error::{Expected, ReplayError};
use crate::diagnosis::state::{
    Fault, PlaceholderId, Target, Value, from_json, from_name, from_text, part_of,
};

/// Returns the value at a place, or that of a placeholder if the value is not of the expected type.
pub(super) fn value<'p>(
    cursor: Cursor<'p>,
    expected: Expected,
    visitor: &'static str,
) -> Result<Value<'p>, ReplayError> {
    if cursor.pass.is_over() {
        return Err(ReplayError::Noted);
    }
    let tree = cursor.pass.tree;
    let read = match (cursor.at, cursor.placeholder) {
        (At::Placeholder, Some(it)) => return placeholder_value(cursor, it, expected, visitor),
        (At::Name(name), _) => from_name(name, expected),
        (At::Key(id), _) => {
            return from_name(tree.key(id), expected).map_err(|fault| {
                cursor.pass.findings().note_and_drop(id, fault);
                ReplayError::Noted
            });
        }
        (At::VariantName(id), _) => from_name(tree.text(id), expected),
        (At::ListMember(id, part), _) => text(cursor, part_of(tree.text(id), part), id, expected),
        (At::Node(id), _) => node_value(cursor, id, expected),
        (At::Placeholder, None) => Err(Fault::Invalid),
    };
    read.or_else(|fault| {
        let placeholder = note(cursor, fault)?;
        placeholder_value(cursor, placeholder, expected, visitor)
    })
}

/// Returns the value that is shown for a placeholder.
pub(super) fn placeholder_value<'p>(
    cursor: Cursor<'p>,
    placeholder: PlaceholderId,
    expected: Expected,
    visitor: &'static str,
) -> Result<Value<'p>, ReplayError> {
    let reader = cursor.reader(visitor);
    let value = cursor.pass.findings().value_for(cursor.pass.tree, placeholder, expected, reader);
    value.ok_or(ReplayError::Noted)
}

fn note(cursor: Cursor<'_>, fault: Fault) -> Result<PlaceholderId, ReplayError> {
    match (cursor.placeholder, cursor.node()) {
        (None, Some(id)) => Ok(cursor.pass.findings().note(Target::At(id), fault)),
        (Some(placeholder), _) => {
            cursor.pass.findings().reject_value(cursor.pass.tree, placeholder);
            Err(ReplayError::Noted)
        }
        (None, None) => Err(ReplayError::Noted),
    }
}

fn node_value(cursor: Cursor<'_>, id: NodeId, expected: Expected) -> Result<Value<'_>, Fault> {
    let tree = cursor.pass.tree;
    match (tree.kind(id), tree.only_text(id)) {
        (Kind::Text | Kind::Texts, Some(only)) => text(cursor, tree.text(only), id, expected),
        (Kind::Texts, None) => Err(Fault::Duplicate),
        _ => from_json(tree, id, expected),
    }
}

/// Returns a text, or as what a buffered text has to be read.
fn text<'p>(
    cursor: Cursor<'p>,
    text: Cow<'p, str>,
    id: NodeId,
    expected: Expected,
) -> Result<Value<'p>, Fault> {
    let pass = cursor.pass;
    let read_as = pass.findings().texts.read_as(id).filter(|_| expected == Expected::Any);
    match read_as.and_then(|read_as| read_as.read(&text, pass.tree.origin)) {
        Some(value) => Ok(value),
        None => from_text(text, expected, pass.is_form()),
    }
}
