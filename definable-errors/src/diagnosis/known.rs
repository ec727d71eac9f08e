//! What passes have found out.

use std::borrow::Cow;

use super::cursor::{At, Cursor};
use super::fault::Fault;
use super::origin::Origin;
use super::raw_value::RawValue;
use super::refusal::{Complaint, Wanted};
use super::session::{Fields, Session, Shape};
use super::stand_in::Slot;
use super::tree::{Kind, NodeId};

impl<'s> Session<'s> {
    pub(super) fn note_buffered(&self, id: NodeId) {
        self.known.borrow_mut().buffered.push(id);
    }

    pub(super) fn note_tuple(&self, id: NodeId) {
        self.known.borrow_mut().tuples.insert(id);
    }

    pub(super) fn note_fields(&self, id: NodeId, fields: &'static [&'static str]) {
        self.known.borrow_mut().fields.push((id, fields));
    }

    /// Fields that are missing in that object, and what stands in for them.
    pub(super) fn absences(&self, id: NodeId) -> Vec<(&'static str, Option<Slot>)> {
        let known = self.known.borrow();
        let absent = known.absent.get(&id).map(Vec::as_slice).unwrap_or_default();
        absent.iter().rev().map(|(field, slot)| (*field, Some(*slot))).collect()
    }

    pub(super) fn required(&self, shape: Shape) -> Vec<&'static str> {
        self.known.borrow().required.get(&shape).cloned().unwrap_or_default()
    }

    /// `false` when it was known.
    pub(super) fn learn_required(&self, shape: Shape, field: &'static str) -> bool {
        let mut known = self.known.borrow_mut();
        let fields = known.required.entry(shape).or_default();
        let is_new = !fields.contains(&field);
        if is_new {
            fields.push(field);
        }
        is_new
    }

    pub(super) fn has_deferred(&self) -> bool {
        !self.known.borrow().deferred.is_empty()
    }

    pub(super) fn is_deferred(&self, id: NodeId) -> bool {
        self.known.borrow().deferred.contains(&id)
    }

    pub(super) fn is_denying(&self, shape: Shape) -> bool {
        let known = self.known.borrow();
        !known.denying.is_empty() && known.denying.contains(&shape)
    }

    pub(super) fn learn_denying(&self, shape: Shape) {
        self.known.borrow_mut().denying.insert(shape);
    }

    pub(super) fn learn_wanted(&self, slot: Slot, wanted: Wanted) {
        let stand_in = &mut self.known.borrow_mut().slots[slot.0];
        if stand_in.wanted.is_none() && wanted != Wanted::Other {
            stand_in.wanted = Some(wanted);
        }
    }

    /// The type has said what it wants in place of what was shown.
    pub(super) fn show_another_wanted(&self, slot: Slot, wanted: Wanted) {
        let mut known = self.known.borrow_mut();
        let stand_in = &mut known.slots[slot.0];
        let is_new = stand_in.wanted != Some(wanted) && wanted != Wanted::Other;
        (stand_in.wanted, stand_in.shown) = (Some(wanted), None);
        if !is_new {
            drop(known);
            self.show_another(slot);
        }
    }

    /// A name was asked for where a text was: its fault lists them.
    pub(super) fn learn_names(&self, slot: Slot, names: Fields) {
        let mut known = self.known.borrow_mut();
        let target = known.slots[slot.0].target;
        known.slots[slot.0].wanted = Some(Wanted::Name(names));
        for (at, fault) in &mut known.faults {
            if *at == target && *fault == Fault::Type("string") {
                *fault = Fault::one_of(None, names);
            }
        }
    }

    /// The field was not missing after all: it goes by another name in the input.
    pub(super) fn retract(&self, id: NodeId, field: &'static str) {
        let mut known = self.known.borrow_mut();
        let target = super::session::Target::Absent(id, field);
        known.faults.retain(|(at, _)| *at != target);
        if let Some(fields) = known.absent.get_mut(&id) {
            fields.retain(|(known, _)| *known != field);
        }
        known.retracted.insert((id, field));
    }

    pub(super) fn is_retracted(&self, id: NodeId, field: &'static str) -> bool {
        self.known.borrow().retracted.contains(&(id, field))
    }

    /// An empty text is no number and no `bool`: an optional one is not there, as in HTML forms.
    pub(super) fn is_none(&self, id: NodeId, value: &str) -> bool {
        let tree = self.tree;
        let text = match (tree.kind(id), tree.first_child(id)) {
            (Kind::Texts, Some(only)) if tree.node(only).next.is_none() => only,
            (Kind::Text, _) => id,
            _ => return false,
        };
        matches!(tree.origin, Origin::Form | Origin::Query)
            && tree.text(text).is_empty()
            && is_optional_scalar(value)
    }

    /// The name that a type sees: header fields are compared without case, `-` is `_`.
    pub(super) fn key_for(&self, id: NodeId, fields: &'static [&'static str]) -> Cow<'s, str> {
        let key = self.tree.key(id);
        match self.tree.origin == Origin::Header {
            true => fields
                .iter()
                .find(|field| is_same_header(field, &key))
                .map_or(key, |field| Cow::Borrowed(*field)),
            false => key,
        }
    }

    pub(super) fn key_at(&self, id: NodeId, fields: &'static [&'static str]) -> At {
        if self.tree.origin != Origin::Header {
            return At::Key(id);
        }
        let key = self.tree.key(id);
        let field = fields.iter().find(|field| is_same_header(field, &key));
        field.map_or(At::Key(id), |field| At::Word(field))
    }
}

pub(super) fn is_same_header(field: &str, name: &str) -> bool {
    let same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || (a == b'_' && b == b'-');
    field.len() == name.len() && field.bytes().zip(name.bytes()).all(same)
}

/// Whether a type's name is that of an optional number or `bool`.
fn is_optional_scalar(name: &str) -> bool {
    let Some(inner) =
        name.strip_prefix("core::option::Option<").and_then(|it| it.strip_suffix('>'))
    else {
        return false;
    };
    let inner = inner
        .strip_prefix("core::num::nonzero::NonZero<")
        .map_or(inner, |it| it.trim_end_matches('>'));
    matches!(inner, "bool" | "f32" | "f64") || super::refusal::Bounds::of(inner).is_some()
}

impl Fault {
    /// What is wrong with the name of a member.
    pub(super) fn of_key(complaint: &Complaint) -> Self {
        match complaint {
            Complaint::UnknownField { name, known } => Self::unknown_field(name, known),
            Complaint::UnknownVariant { name, known } => Self::one_of(Some(name), known),
            Complaint::Value { wanted, .. } => Self::wanted(*wanted),
            _ => Self::Invalid,
        }
    }
}

impl Cursor<'_> {
    /// What `serde_json::value::RawValue` asks for, by a name of its own.
    pub(super) fn raw_value(&self, name: &str) -> Option<RawValue> {
        let is_asked = name == "$serde_json::private::RawValue";
        let text = match self.at {
            At::Node(id) if is_asked => self.session.tree.raw(id),
            _ if is_asked => "null",
            _ => return None,
        };
        Some(RawValue::new(text))
    }

    /// Types may hold themselves; what is made up has to end.
    pub(super) fn is_too_deep(&self) -> bool {
        self.session.enter()
    }

    pub(super) fn leave(&self) {
        self.session.leave();
    }
}
