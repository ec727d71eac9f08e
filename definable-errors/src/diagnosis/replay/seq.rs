//! Lists: arrays, tuples, the texts of one name, and the lines of a header field.

use serde::de::{DeserializeSeed, SeqAccess, Visitor};

use super::cursor::{At, Cursor};
use super::pass::Pass;
use crate::diagnosis::input::{Kind, NodeId, Origin, ROOT};
use crate::diagnosis::serde_error::{Complaint, Expected, ReplayError};
use crate::diagnosis::state::{Fault, Target, TypeId};

/// The elements of an array, or of the texts of one name.
pub(super) struct Elements<'p> {
    cursor: Cursor<'p>,
    id: Option<NodeId>,
    expected: Expected,
    rest: Rest,
    skips: bool,
    /// Whether all elements so far were skipped.
    is_at_start: bool,
}

enum Rest {
    Nodes(Option<NodeId>),
    /// All texts after this node, whatever their names.
    Texts(NodeId),
    /// The name and the text of a pair.
    Pair(NodeId, u8),
    /// Lists in the lines of a header field: the line, and the start of its next member.
    Lines(Option<NodeId>, usize),
    Placeholders(usize),
}

impl<'p> Elements<'p> {
    pub(super) fn of(cursor: Cursor<'p>, id: NodeId, expected: Expected, skips: bool) -> Self {
        let pass = cursor.pass;
        let tree = pass.tree;
        let rest = match (tree.kind(id), expected) {
            (Kind::Object, _) => Rest::Texts(id),
            (Kind::Text, Expected::Tuple(2)) => Rest::Pair(id, 0),
            (Kind::Array, _) if skips && expected == Expected::Array => {
                Rest::Nodes(pass.findings().skips.resume(id).or_else(|| tree.first_child(id)))
            }
            (Kind::Texts, _) if tree.origin == Origin::Header => {
                Rest::Lines(tree.first_child(id), 0)
            }
            (Kind::Array | Kind::Texts, _) => Rest::Nodes(tree.first_child(id)),
            _ => Rest::Nodes(Some(id)),
        };
        if tree.kind(id) == Kind::Array && expected != Expected::Array {
            pass.findings().note_tuple(id);
        }
        let skips = skips && expected == Expected::Array;
        Self { cursor, id: Some(id), expected, rest, skips, is_at_start: skips }.counted()
    }

    pub(super) fn of_placeholders(cursor: Cursor<'p>, count: usize) -> Self {
        Self {
            cursor,
            id: None,
            expected: Expected::Array,
            rest: Rest::Placeholders(count),
            skips: false,
            is_at_start: false,
        }
    }

    /// Shows placeholders instead of the elements if a tuple has another number of them.
    fn counted(self) -> Self {
        let (Expected::Tuple(count), Some(id), None) =
            (self.expected, self.id, self.cursor.placeholder)
        else {
            return self;
        };
        let pass = self.cursor.pass;
        if pass.tree.children(id).count() == count || pass.tree.kind(id) != Kind::Array {
            return self;
        }
        let placeholder = pass.findings().note(Target::At(id), Fault::Length(count));
        Self::of_placeholders(self.cursor.at_placeholder(Some(placeholder)), count)
    }

    pub(super) fn show<'de, V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.cursor.pass.enter().map_err(|error| self.cursor.rejected(error))?;
        let shown = visitor.visit_seq(&mut self);
        self.cursor.pass.leave();
        let value = shown.map_err(|error| self.rejected(error))?;
        match self.id.filter(|_| self.cursor.placeholder.is_none()) {
            Some(id) if self.advance().is_some() => Err(self.too_many(id)),
            _ => Ok(value),
        }
    }

    /// Notes the fault of elements that the type did not read: a struct has a number of fields.
    fn too_many(&self, id: NodeId) -> ReplayError {
        let fault = match self.expected {
            Expected::Object => Fault::Type("object"),
            _ => Fault::Invalid,
        };
        self.cursor.pass.findings().note(Target::At(id), fault);
        ReplayError::Noted
    }

    fn rejected(&self, error: ReplayError) -> ReplayError {
        match (error, self.id, self.cursor.placeholder) {
            (ReplayError::Complaint(complaint), Some(id), None) => {
                let pass = self.cursor.pass;
                if (self.expected, &*complaint) == (Expected::Object, &Complaint::Length) {
                    pass.findings().note(Target::At(id), Fault::Type("object"));
                    return ReplayError::Noted;
                }
                pass.complain(id, (TypeId::UNKNOWN, &[]), *complaint)
            }
            (error, ..) => self.cursor.rejected(error),
        }
    }

    fn advance(&mut self) -> Option<At> {
        let pass = self.cursor.pass;
        match &mut self.rest {
            Rest::Nodes(next) => loop {
                let id = (*next)?;
                *next = pass.tree.node(id).next;
                let mut findings = pass.findings();
                let is_skipped = self.skips && findings.skips.skip(id);
                if is_skipped || findings.is_dropped(id) {
                    continue;
                }
                if self.is_at_start {
                    self.is_at_start = false;
                    findings.skips.resume_at(pass.tree.node(id).parent, id);
                }
                return Some(At::Node(id));
            },
            Rest::Texts(last) => {
                let mut rest = pass.tree.subtree(ROOT).skip(last.0 as usize + 1);
                *last = rest.find(|id| pass.tree.kind(*id) == Kind::Text)?;
                Some(At::Node(*last))
            }
            Rest::Pair(id, shown) => {
                *shown += 1;
                match shown {
                    1 => Some(At::Key(pass.tree.node(*id).parent)),
                    2 => Some(At::Node(*id)),
                    _ => None,
                }
            }
            Rest::Lines(line, start) => next_list_member(pass, line, start),
            Rest::Placeholders(0) => None,
            Rest::Placeholders(count) => {
                *count -= 1;
                Some(At::Placeholder)
            }
        }
    }
}

/// Returns the next member of a comma-separated list. Empty ones are ignored (RFC 9110 §5.6.1).
fn next_list_member(pass: &Pass<'_>, line: &mut Option<NodeId>, start: &mut usize) -> Option<At> {
    loop {
        let id = (*line)?;
        let text = pass.tree.text(id);
        if *start >= text.len() {
            (*line, *start) = (pass.tree.node(id).next, 0);
            continue;
        }
        let rest = &text[*start..];
        let member = &rest[..rest.find(',').unwrap_or(rest.len())];
        let before = member.len() - member.trim_start().len();
        let begin = *start + before;
        let trimmed = member.trim();
        *start += member.len() + 1;
        if !trimmed.is_empty() {
            let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            return Some(At::ListMember(id, (small(begin), small(begin + trimmed.len()))));
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = ReplayError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReplayError> {
        let Some(at) = self.advance() else {
            return Ok(None);
        };
        let cursor = Cursor { at, ..self.cursor };
        let value = seed.deserialize(cursor).map_err(|error| cursor.rejected(error))?;
        if let (At::Node(id), None) = (at, self.cursor.placeholder) {
            cursor.pass.findings().skips.note_accepted(id);
        }
        Ok(Some(value))
    }
}
