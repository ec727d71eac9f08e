use serde::de::{DeserializeSeed, SeqAccess, Visitor};

use super::cursor::{At, Cursor};
use super::fault::Fault;
use super::hint::Hint;
use super::known::{Shape, Target};
use super::origin::Origin;
use super::refusal::{Complaint, Refusal};
use super::session::Session;
use super::tree::{Kind, NodeId, ROOT};

/// The elements of an array, or of the texts of one name.
pub(super) struct Elements<'s> {
    cursor: Cursor<'s>,
    id: Option<NodeId>,
    hint: Hint,
    rest: Rest,
    skips: bool,
    /// Whether all elements so far were skipped.
    is_at_start: bool,
}

enum Rest {
    Nodes(Option<NodeId>),
    /// All texts, whatever their names: from this node on.
    Texts(NodeId),
    /// The name and the text of a pair.
    Pair(NodeId, u8),
    /// Lists in header lines: the line, and where its next member starts.
    Lines(Option<NodeId>, usize),
    MadeUp(usize),
}

impl<'s> Elements<'s> {
    pub(super) fn of(cursor: Cursor<'s>, id: NodeId, hint: Hint, skips: bool) -> Self {
        let session = cursor.session;
        let tree = session.tree;
        let rest = match (tree.kind(id), hint) {
            (Kind::Object, _) => Rest::Texts(id),
            (Kind::Text, Hint::Tuple(2)) => Rest::Pair(id, 0),
            (Kind::Array, _) if skips && hint == Hint::Array => {
                Rest::Nodes(session.resume(id).or_else(|| tree.first_child(id)))
            }
            (Kind::Texts, _) if tree.origin == Origin::Header => {
                Rest::Lines(tree.first_child(id), 0)
            }
            (Kind::Array | Kind::Texts, _) => Rest::Nodes(tree.first_child(id)),
            _ => Rest::Nodes(Some(id)),
        };
        if tree.kind(id) == Kind::Array && hint != Hint::Array {
            session.note_tuple(id);
        }
        let skips = skips && hint == Hint::Array;
        Self { cursor, id: Some(id), hint, rest, skips, is_at_start: skips }.counted()
    }

    pub(super) fn invented(cursor: Cursor<'s>, count: usize) -> Self {
        Self {
            cursor,
            id: None,
            hint: Hint::Array,
            rest: Rest::MadeUp(count),
            skips: false,
            is_at_start: false,
        }
    }

    /// A tuple has so many elements and no other number of them.
    fn counted(self) -> Self {
        let (Hint::Tuple(count), Some(id), None) = (self.hint, self.id, self.cursor.owner) else {
            return self;
        };
        let session = self.cursor.session;
        if session.tree.children(id).count() == count || session.tree.kind(id) != Kind::Array {
            return self;
        }
        let slot = session.blame(Target::At(id), Fault::Length(count));
        let cursor = Cursor { at: At::Invented, owner: Some(slot), ..self.cursor };
        Self::invented(cursor, count)
    }

    pub(super) fn show<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        if self.cursor.session.enter() {
            return Err(self.cursor.refused(Refusal::complaint(Complaint::Other)));
        }
        let shown = visitor.visit_seq(&mut self);
        self.cursor.session.leave();
        let value = shown.map_err(|refusal| self.refused(refusal))?;
        match self.id.filter(|_| self.cursor.owner.is_none()) {
            Some(id) if self.advance().is_some() => Err(self.too_many(id)),
            _ => Ok(value),
        }
    }

    /// Elements that nobody asked for are a mistake: a struct has so many fields.
    fn too_many(&self, id: NodeId) -> Refusal {
        let fault = match self.hint {
            Hint::Object => Fault::Type("object"),
            _ => Fault::Invalid,
        };
        self.cursor.session.blame(Target::At(id), fault);
        Refusal::Noted
    }

    fn refused(&self, refusal: Refusal) -> Refusal {
        match (refusal, self.id, self.cursor.owner) {
            (Refusal::Unplaced(complaint), Some(id), None) => {
                match (self.hint, *complaint) {
                    (Hint::Object, Complaint::Length) => {
                        self.cursor.session.blame(Target::At(id), Fault::Type("object"));
                    }
                    (_, complaint) => self.cursor.session.place(id, Shape("", 0, ""), complaint),
                }
                Refusal::Noted
            }
            (refusal, ..) => self.cursor.refused(refusal),
        }
    }

    fn advance(&mut self) -> Option<At> {
        let session = self.cursor.session;
        match &mut self.rest {
            Rest::Nodes(next) => loop {
                let id = (*next)?;
                *next = session.tree.node(id).next;
                let is_skipped = self.skips && session.skips(id);
                if !is_skipped && self.is_at_start {
                    self.is_at_start = false;
                    session.resume_at(session.tree.node(id).parent, id);
                }
                if !is_skipped && !session.is_dropped(id) {
                    return Some(At::Node(id));
                }
            },
            Rest::Texts(last) => {
                let mut rest = session.tree.subtree(ROOT).skip(last.0 as usize + 1);
                *last = rest.find(|id| session.tree.kind(*id) == Kind::Text)?;
                Some(At::Node(*last))
            }
            Rest::Pair(id, shown) => {
                *shown += 1;
                match shown {
                    1 => Some(At::Key(session.tree.node(*id).parent)),
                    2 => Some(At::Node(*id)),
                    _ => None,
                }
            }
            Rest::Lines(line, start) => next_of_list(session, line, start),
            Rest::MadeUp(0) => None,
            Rest::MadeUp(count) => {
                *count -= 1;
                Some(At::Invented)
            }
        }
    }
}

/// RFC 9110 §5.6.1: members stand between commas; empty ones count for nothing.
fn next_of_list(session: &Session<'_>, line: &mut Option<NodeId>, start: &mut usize) -> Option<At> {
    loop {
        let id = (*line)?;
        let text = session.tree.text(id);
        if *start >= text.len() {
            (*line, *start) = (session.tree.node(id).next, 0);
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
            return Some(At::Part(id, (small(begin), small(begin + trimmed.len()))));
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(at) = self.advance() else {
            return Ok(None);
        };
        let cursor = Cursor { at, ..self.cursor };
        let value = seed.deserialize(cursor).map_err(|refusal| cursor.refused(refusal))?;
        if let (At::Node(id), None) = (at, self.cursor.owner) {
            cursor.session.note_good(id);
        }
        Ok(Some(value))
    }
}

impl Session<'_> {
    /// Whether a node can be read as a sequence: parameters of a path can, in their order.
    pub(super) fn is_list(&self, id: NodeId, hint: Hint) -> bool {
        match self.tree.kind(id) {
            Kind::Array | Kind::Texts => true,
            Kind::Text => matches!(hint, Hint::Array | Hint::Tuple(2)),
            Kind::Object => id == ROOT && self.tree.origin != Origin::Body,
            _ => false,
        }
    }
}
