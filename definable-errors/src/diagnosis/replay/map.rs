//! Objects: structs and maps.

use std::any::type_name;

use serde::de::{DeserializeSeed, MapAccess, Visitor};

use super::cursor::{At, Cursor};
use super::member_order::MemberOrder;
use crate::diagnosis::input::{NodeId, Origin};
use crate::diagnosis::serde_error::{
    Complaint, Fields, ReplayError, is_buffer, is_internally_tagged,
};
use crate::diagnosis::state::{Fault, FieldId, PlaceholderId, Target, TypeId};

/// The members of an object: those of the input, and those for which a placeholder is shown.
pub(super) struct Members<'p> {
    cursor: Cursor<'p>,
    /// The object, or `None` for an object of placeholders.
    id: Option<NodeId>,
    type_id: TypeId,
    fields: Fields,
    order: MemberOrder,
    /// The fields with placeholders, the last one first.
    placeholders: Vec<(&'static str, Option<PlaceholderId>)>,
    last: Last,
}

/// The member that was shown last.
#[derive(Debug, Clone, Copy)]
enum Last {
    None,
    Node(NodeId),
    Placeholder(&'static str, Option<PlaceholderId>),
}

impl<'p> Members<'p> {
    pub(super) fn of(
        cursor: Cursor<'p>,
        id: NodeId,
        type_id: TypeId,
        fields: Fields,
        skips: bool,
    ) -> Self {
        let mut findings = cursor.pass.findings();
        if !fields.is_empty() && cursor.placeholder.is_none() {
            findings.note_fields(id, fields);
            findings.note_known_missing(cursor.pass.tree, id, type_id, fields);
        }
        let missing = findings.missing_in(id).iter().rev();
        let placeholders = missing.map(|(field, it)| (*field, Some(*it))).collect();
        drop(findings);
        let order = MemberOrder::new(cursor.pass, id, skips);
        Self { cursor, id: Some(id), type_id, fields, order, placeholders, last: Last::None }
    }

    pub(super) fn of_placeholders(cursor: Cursor<'p>, type_id: TypeId, fields: Fields) -> Self {
        let findings = cursor.pass.findings();
        let required = findings.types.required(type_id).rev();
        let placeholders = required.map(|field| (field, None)).collect();
        drop(findings);
        let order = MemberOrder::NONE;
        Self { cursor, id: None, type_id, fields, order, placeholders, last: Last::None }
    }

    /// Adds the members that an object of placeholders was found to lack.
    pub(super) fn with_added(mut self) -> Self {
        if let Some(id) = self.cursor.placeholder {
            let findings = self.cursor.pass.findings();
            let members = findings.placeholder(id).members.iter().rev();
            self.placeholders.extend(members.map(|(field, it)| (*field, Some(*it))));
        }
        self
    }

    pub(super) fn show<'de, V: Visitor<'de>>(
        mut self,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.cursor.pass.enter().map_err(|error| self.cursor.rejected(error))?;
        let shown = visitor.visit_map(&mut self);
        self.cursor.pass.leave();
        shown.map_err(|error| self.rejected(error))
    }

    fn advance(&mut self) -> Option<NodeId> {
        loop {
            let id = self.order.next(self.cursor.pass)?;
            if !self.is_unknown(id) {
                return Some(id);
            }
        }
    }

    /// Notes a member whose name the type is known to reject.
    fn is_unknown(&self, id: NodeId) -> bool {
        let pass = self.cursor.pass;
        if self.cursor.placeholder.is_some() || !pass.findings().types.is_strict(self.type_id) {
            return false;
        }
        let is_unknown = pass.tree.field(id, self.fields).is_none();
        if is_unknown {
            let fault = Fault::unknown_field(&pass.tree.key(id), self.fields);
            pass.findings().note_and_drop(id, fault);
        }
        is_unknown
    }

    /// Returns where the type reads the name of a member: it compares the names of header fields with
    /// case.
    fn key_at(&self, id: NodeId) -> At {
        let tree = self.cursor.pass.tree;
        match tree.origin {
            Origin::Header => tree.field(id, self.fields).map_or(At::Key(id), At::Name),
            _ => At::Key(id),
        }
    }

    fn field_id(&self, id: NodeId) -> FieldId {
        match self.cursor.pass.tree.field(id, self.fields) {
            Some(field) => FieldId { fields: self.type_id.fields, field },
            None => self.cursor.field,
        }
    }

    fn rejected(&self, error: ReplayError) -> ReplayError {
        let ReplayError::Complaint(complaint) = error else {
            return error;
        };
        let pass = self.cursor.pass;
        let (Some(id), None) = (self.id, self.cursor.placeholder) else {
            return self.rejected_placeholder(complaint);
        };
        match (&*complaint, self.last) {
            (Complaint::DuplicateField(_), Last::Placeholder(field, _)) => {
                pass.findings().note_alias(id, field);
            }
            (Complaint::DuplicateField(_), Last::Node(last)) => {
                pass.findings().note_and_drop(last, Fault::Duplicate);
            }
            (Complaint::MissingField(tag), _) if is_internally_tagged(self.type_id.visitor) => {
                let mut findings = pass.findings();
                findings.note(Target::Missing(id, tag), Fault::Required);
                findings.replace(Target::At(id));
            }
            _ => return pass.complain(id, (self.type_id, self.fields), *complaint),
        }
        ReplayError::Noted
    }

    /// An object of placeholders gets the fields that it lacks in the next replay.
    fn rejected_placeholder(&self, complaint: Box<Complaint>) -> ReplayError {
        if let Complaint::MissingField(field) = *complaint {
            if self.cursor.pass.findings().types.note_required(self.type_id, field) {
                return ReplayError::Noted;
            }
        }
        self.cursor.rejected(ReplayError::Complaint(complaint))
    }

    /// Shows a placeholder for an object with a wrong tag, because the tag determines what the rest
    /// should be. `value` is the type of the member that was rejected.
    fn replace_if_tag(&self, value: &str) {
        let (Last::Node(tag), Some(id)) = (self.last, self.id) else {
            return;
        };
        if !is_internally_tagged(self.type_id.visitor) || is_buffer(value) {
            return;
        }
        let mut findings = self.cursor.pass.findings();
        if findings.placeholder_at(tag).is_some() && findings.placeholder_at(id).is_none() {
            findings.replace(Target::At(id));
        }
    }

    fn rejected_key(&self, id: NodeId, error: ReplayError) -> ReplayError {
        let ReplayError::Complaint(complaint) = error else {
            return error;
        };
        let pass = self.cursor.pass;
        let mut findings = pass.findings();
        if let Complaint::UnknownField { .. } = *complaint {
            findings.types.note_strict(self.type_id);
        }
        let fault = match (&*complaint, self.fields) {
            (Complaint::Value { .. }, [_, ..]) => {
                Fault::unknown_field(&pass.tree.key(id), self.fields)
            }
            _ => Fault::of_key(&complaint),
        };
        findings.note_and_drop(id, fault);
        ReplayError::Noted
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = ReplayError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReplayError> {
        if let Some(id) = self.advance() {
            self.last = Last::Node(id);
            let key = Cursor { at: self.key_at(id), ..self.cursor };
            return match seed.deserialize(key) {
                Ok(key) => Ok(Some(key)),
                Err(error) => Err(self.rejected_key(id, error)),
            };
        }
        let Some((field, placeholder)) = self.placeholders.pop() else {
            return Ok(None);
        };
        self.last = Last::Placeholder(field, placeholder);
        seed.deserialize(Cursor { at: At::Name(field), ..self.cursor }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ReplayError> {
        let (at, placeholder, field) = match self.last {
            Last::Node(id) => (At::Node(id), self.cursor.placeholder, self.field_id(id)),
            Last::Placeholder(field, placeholder) => {
                let field = FieldId { fields: self.type_id.fields, field };
                (At::Placeholder, placeholder.or(self.cursor.placeholder), field)
            }
            Last::None => return Err(ReplayError::new(Complaint::Other)),
        };
        let cursor = Cursor { at, placeholder, field, ..self.cursor };
        let value = seed.deserialize(cursor).map_err(|error| {
            let error = cursor.rejected(error);
            self.replace_if_tag(type_name::<V>());
            error
        })?;
        if let (Last::Node(id), None) = (self.last, self.cursor.placeholder) {
            cursor.pass.findings().skips.note_accepted(id);
        }
        // An error from now on is not about the name of this member.
        self.last = Last::None;
        Ok(value)
    }
}
