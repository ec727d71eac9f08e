use std::any::type_name;

use serde::de::{DeserializeSeed, MapAccess, Visitor};

use super::cursor::{At, Cursor, Site};
use super::fault::Fault;
use super::known::{Fields, Shape, Target};
use super::refusal::{Complaint, Refusal};
use super::stand_in::Slot;
use super::tree::NodeId;
use super::turns::Turns;

/// The members of an object, those that stand there and those that stand in.
pub(super) struct Members<'s> {
    cursor: Cursor<'s>,
    /// The object; `None` when all of it is made up.
    id: Option<NodeId>,
    pub(super) shape: Shape,
    fields: Fields,
    turns: Turns,
    made_up: Vec<(&'static str, Option<Slot>)>,
    last: Last,
}

/// The member shown last.
#[derive(Debug, Clone, Copy)]
enum Last {
    None,
    Node(NodeId),
    MadeUp(&'static str, Option<Slot>),
}

impl<'s> Members<'s> {
    pub(super) fn of(
        cursor: Cursor<'s>,
        id: NodeId,
        shape: Shape,
        fields: Fields,
        skips: bool,
    ) -> Self {
        let session = cursor.session;
        if !fields.is_empty() && cursor.owner.is_none() {
            session.note_fields(id, fields);
            if !session.is_tagged(shape) {
                session.note_known_absences(id, shape, fields);
            }
        }
        Self {
            cursor,
            id: Some(id),
            shape,
            fields,
            turns: Turns::of(session, id, skips),
            made_up: session.absences(id),
            last: Last::None,
        }
    }

    pub(super) fn invented(cursor: Cursor<'s>, shape: Shape, fields: Fields) -> Self {
        let made_up = cursor.session.required(shape);
        let made_up = made_up.into_iter().rev().map(|field| (field, None)).collect();
        Self { cursor, id: None, shape, fields, turns: Turns::NONE, made_up, last: Last::None }
    }

    /// Adds what a made-up object was found to lack.
    pub(super) fn with_missed(mut self, slot: Option<Slot>) -> Self {
        let members = slot.map(|slot| self.cursor.session.stand_in(slot).members);
        let members = members.unwrap_or_default().into_iter().rev();
        self.made_up.extend(members.map(|(field, slot)| (field, Some(slot))));
        self
    }

    pub(super) fn show<'de, V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Refusal> {
        if self.cursor.session.enter() {
            return Err(self.cursor.refused(Refusal::complaint(Complaint::Other)));
        }
        let shown = visitor.visit_map(&mut self);
        self.cursor.session.leave();
        shown.map_err(|refusal| self.refused(refusal))
    }

    /// The member after the one at hand.
    fn advance(&mut self) -> Option<NodeId> {
        loop {
            let id = self.turns.next(self.cursor.session)?;
            if !self.is_refused(id) {
                return Some(id);
            }
        }
    }

    /// Whether the type was seen to refuse names that it does not know.
    fn is_refused(&self, id: NodeId) -> bool {
        let session = self.cursor.session;
        if self.cursor.owner.is_some() || !session.is_denying(self.shape) {
            return false;
        }
        let key = session.key_for(id, self.fields);
        let is_unknown = !self.fields.contains(&&*key);
        if is_unknown {
            session.blame_and_drop(id, Fault::unknown_field(&key, self.fields));
        }
        is_unknown
    }

    fn site(&self, id: NodeId) -> Site {
        let key = self.cursor.session.key_for(id, self.fields);
        match self.fields.iter().find(|field| **field == key) {
            Some(field) => Site { fields: self.shape.1, field },
            None => self.cursor.site,
        }
    }

    fn refused(&self, refusal: Refusal) -> Refusal {
        let Refusal::Unplaced(complaint) = refusal else {
            return refusal;
        };
        let session = self.cursor.session;
        let (Some(id), None) = (self.id, self.cursor.owner) else {
            if let Complaint::MissingField(field) = *complaint {
                if session.learn_required(self.shape, field) {
                    return Refusal::Noted;
                }
            }
            return self.cursor.refused(Refusal::Unplaced(complaint));
        };
        match (&*complaint, self.last) {
            (Complaint::DuplicateField(_), Last::MadeUp(field, _)) => session.retract(id, field),
            (Complaint::DuplicateField(_), Last::Node(last)) => {
                session.blame_and_drop(last, Fault::Duplicate);
            }
            (Complaint::MissingField(tag), _) if self.is_tagged() => {
                session.blame(Target::Absent(id, tag), Fault::Required);
                session.replace(Target::At(id));
            }
            _ => session.place(id, self.shape, *complaint),
        }
        Refusal::Noted
    }

    /// Whether it is an internally tagged enum that reads the object.
    fn is_tagged(&self) -> bool {
        self.shape.0.contains("TaggedContent")
    }

    /// What a wrong tag stands for nobody knows: nothing is said of the rest.
    fn forget_rest_of(&self, value: &str) {
        let is_tag = self.is_tagged() && !value.contains("Content");
        let (Last::Node(tag), Some(id), true) = (self.last, self.id, is_tag) else {
            return;
        };
        let session = self.cursor.session;
        if session.slot_of(tag).is_some() && session.slot_of(id).is_none() {
            session.replace(Target::At(id));
        }
    }

    fn refused_key(&self, id: NodeId, refusal: Refusal) -> Refusal {
        let Refusal::Unplaced(complaint) = refusal else {
            return refusal;
        };
        let session = self.cursor.session;
        if let Complaint::UnknownField { .. } = *complaint {
            session.learn_denying(self.shape);
        }
        let fault = match (&*complaint, self.fields) {
            (Complaint::Value { .. }, [_, ..]) => {
                Fault::unknown_field(&session.tree.key(id), self.fields)
            }
            _ => Fault::of_key(&complaint),
        };
        session.blame_and_drop(id, fault);
        Refusal::Noted
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        if let Some(id) = self.advance() {
            self.last = Last::Node(id);
            let at = self.cursor.session.key_at(id, self.fields);
            let key = Cursor { at, ..self.cursor };
            return match seed.deserialize(key) {
                Ok(key) => Ok(Some(key)),
                Err(refusal) => Err(self.refused_key(id, refusal)),
            };
        }
        let Some((field, slot)) = self.made_up.pop() else {
            return Ok(None);
        };
        self.last = Last::MadeUp(field, slot);
        seed.deserialize(Cursor { at: At::Word(field), ..self.cursor }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let session = self.cursor.session;
        let (at, owner, site) = match self.last {
            Last::Node(id) => (At::Node(id), self.cursor.owner, self.site(id)),
            Last::MadeUp(field, slot) => {
                let site = Site { fields: self.shape.1, field };
                (At::Invented, slot.or(self.cursor.owner), site)
            }
            Last::None => return Err(Refusal::complaint(Complaint::Other)),
        };
        let cursor = Cursor { at, owner, site, ..self.cursor };
        let value = seed.deserialize(cursor).map_err(|refusal| {
            let refusal = cursor.refused(refusal);
            self.forget_rest_of(type_name::<V>());
            refusal
        })?;
        if let (Last::Node(id), None) = (self.last, self.cursor.owner) {
            session.note_good(id);
        }
        // Whatever is refused from here on, it is not this member's name.
        self.last = Last::None;
        Ok(value)
    }
}
