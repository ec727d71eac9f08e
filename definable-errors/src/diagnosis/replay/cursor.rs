//! A place in the input.

use std::any::type_name;

use serde::de::Visitor;

use super::map::Members;
use super::pass::Pass;
use super::scalar;
use super::seq::Elements;
use crate::diagnosis::input::{Kind, NodeId, Origin, ROOT};
use crate::diagnosis::serde_error::{Complaint, Expected, Fields, ReplayError, is_standard};
use crate::diagnosis::state::{FieldId, PlaceholderId, Reader, TypeId, Value};

/// A place in the input, as a deserializer.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'p> {
    pub(super) pass: &'p Pass<'p>,
    pub(super) at: At,
    /// The placeholder to which the place belongs.
    pub(super) placeholder: Option<PlaceholderId>,
    /// The field that is read.
    pub(super) field: FieldId,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Node(NodeId),
    /// One member of the comma-separated list in a header field (RFC 9110 §5.6.1).
    ListMember(NodeId, (u32, u32)),
    /// The name of a member.
    Key(NodeId),
    /// A text that is the name of a variant.
    VariantName(NodeId),
    /// A name of the type itself.
    Name(&'static str),
    Placeholder,
}

impl<'p> Cursor<'p> {
    /// Returns the place of the whole input.
    pub(super) fn root(pass: &'p Pass<'p>) -> Self {
        Self { pass, at: At::Node(ROOT), placeholder: None, field: FieldId::default() }
    }

    /// Returns the place of a value that a placeholder is shown for.
    pub(super) fn at_placeholder(self, placeholder: Option<PlaceholderId>) -> Self {
        Self { at: At::Placeholder, placeholder, ..self }
    }

    pub(super) fn node(&self) -> Option<NodeId> {
        match self.at {
            At::Node(id) | At::ListMember(id, _) | At::Key(id) | At::VariantName(id) => Some(id),
            At::Name(_) | At::Placeholder => None,
        }
    }

    pub(super) fn is_read_as_list(&self) -> bool {
        self.node().is_some_and(|id| self.pass.is_read_as_list(id))
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        match self.at {
            At::Node(id) => Some(self.pass.tree.kind(id)),
            _ => None,
        }
    }

    /// Returns the place of the placeholder if one is shown here.
    pub(super) fn resolved(self) -> Self {
        let (At::Node(id), None) = (self.at, self.placeholder) else {
            return self;
        };
        let placeholder = self.pass.findings().placeholder_at(id);
        if placeholder.is_some() { self.at_placeholder(placeholder) } else { self }
    }

    /// Returns the place of the only parameter of a path, which a type may request without its name.
    pub(super) fn scalar_place(self) -> Self {
        let cursor = self.resolved();
        let is_path = self.pass.tree.origin == Origin::Path;
        match (cursor.at, self.pass.tree.first_child(ROOT)) {
            (At::Node(ROOT), Some(first)) if is_path => {
                Self { at: At::Node(first), ..cursor }.resolved()
            }
            _ => cursor,
        }
    }

    /// Returns the placeholder that is shown here since the value was rejected.
    pub(super) fn current_placeholder(self) -> Option<PlaceholderId> {
        let at_node = || self.node().and_then(|id| self.pass.findings().placeholder_at(id));
        self.placeholder.or_else(at_node)
    }

    pub(super) fn reader(self, visitor: &'static str) -> Reader {
        Reader { visitor, field: self.field }
    }

    pub(super) fn scalar<'de, V: Visitor<'de>>(
        self,
        expected: Expected,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        let cursor = self.scalar_place();
        let value = scalar::value(cursor, expected, type_name::<V>())?;
        cursor.show(value, visitor)
    }

    /// Gives a value to a visitor. The parts of a placeholder are chosen when they are requested.
    pub(super) fn show<'de, V: Visitor<'de>>(
        self,
        value: Value<'_>,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        let placeholder = || self.at_placeholder(self.current_placeholder());
        match value {
            Value::Array(count) => Elements::of_placeholders(placeholder(), count).show(visitor),
            Value::Object => {
                let type_id = TypeId { visitor: type_name::<V>(), ..TypeId::UNKNOWN };
                let members = Members::of_placeholders(placeholder(), type_id, &[]);
                members.with_added().show(visitor)
            }
            scalar => scalar.visit(visitor).map_err(|error| self.rejected(error)),
        }
    }

    pub(super) fn array<'de, V: Visitor<'de>>(
        self,
        expected: Expected,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        let cursor = self.resolved();
        match (cursor.kind(), cursor.at) {
            (Some(Kind::Array | Kind::Texts | Kind::Text), At::Node(id))
            | (Some(Kind::Object), At::Node(id @ ROOT))
                if cursor.is_list(id, expected) =>
            {
                let has_standard_type = is_standard(type_name::<V>());
                Elements::of(cursor, id, expected, has_standard_type).show(visitor)
            }
            _ => cursor.scalar(expected, visitor),
        }
    }

    /// Returns whether a node can be read as a list. The parameters of a path can, in their order.
    fn is_list(self, id: NodeId, expected: Expected) -> bool {
        let tree = self.pass.tree;
        match tree.kind(id) {
            Kind::Array | Kind::Texts => true,
            Kind::Text => matches!(expected, Expected::Array | Expected::Tuple(2)),
            Kind::Object => id == ROOT && tree.origin != Origin::Body,
            _ => false,
        }
    }

    pub(super) fn object<'de, V: Visitor<'de>>(
        self,
        fields: Fields,
        variant: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        let cursor = self.resolved();
        let type_id = TypeId::new(type_name::<V>(), fields, variant);
        match (cursor.kind(), cursor.at) {
            (Some(Kind::Object), At::Node(id)) => {
                // Ranges and durations are of the standard library, too, and require all their fields.
                let is_map = fields.is_empty() && is_standard(type_name::<V>());
                Members::of(cursor, id, type_id, fields, is_map).show(visitor)
            }
            // Structs are read from arrays, too, as `serde_json` does.
            (Some(Kind::Array), At::Node(id)) if !fields.is_empty() => {
                Elements::of(cursor, id, Expected::Object, false).show(visitor)
            }
            _ => match scalar::value(cursor, Expected::Object, type_id.visitor)? {
                Value::Object => {
                    let placeholder = cursor.at_placeholder(cursor.current_placeholder());
                    Members::of_placeholders(placeholder, type_id, fields).show(visitor)
                }
                other => cursor.show(other, visitor),
            },
        }
    }

    /// Gives an error the place that it came from, unless it has one.
    pub(super) fn rejected(self, error: ReplayError) -> ReplayError {
        let ReplayError::Complaint(complaint) = error else {
            return error;
        };
        match (self.at, self.current_placeholder()) {
            (At::Key(_) | At::VariantName(_) | At::Name(_), _) => {
                return ReplayError::Complaint(complaint);
            }
            (_, Some(placeholder)) => self.reject_placeholder(placeholder, &complaint),
            (At::Node(id) | At::ListMember(id, _), None) => {
                return self.pass.complain(id, (TypeId::UNKNOWN, &[]), *complaint);
            }
            (At::Placeholder, None) => self.pass.findings().stop(),
        }
        ReplayError::Noted
    }

    /// Shows another value for a placeholder in the next replay.
    fn reject_placeholder(self, placeholder: PlaceholderId, complaint: &Complaint) {
        let mut findings = self.pass.findings();
        if let Complaint::UnknownVariant { known, .. } = complaint {
            if findings.expect_names_at(placeholder, known) {
                return;
            }
        }
        findings.reject_value(self.pass.tree, placeholder);
    }
}
