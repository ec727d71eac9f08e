//! The variants of enums that are tagged by a name or by the only member of an object, and the tags
//! of adjacently tagged enums.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::cursor::{At, Cursor};
use super::scalar::placeholder_value;
use crate::diagnosis::input::{Kind, NodeId, Tree};
use crate::diagnosis::serde_error::{Complaint, Expected, Fields, ReplayError, is_adjacent_tag};
use crate::diagnosis::state::{Fault, PlaceholderId, Target, TypeId, Value};

/// The name of a variant, and its content.
pub(super) struct Variant<'p> {
    /// The place of the enum.
    cursor: Cursor<'p>,
    name: At,
    content: Option<At>,
    type_id: TypeId,
    variants: Fields,
}

impl<'p> Variant<'p> {
    /// Reads the variant at a place. `place` is the node there, whatever is shown in its place.
    pub(super) fn of(
        cursor: Cursor<'p>,
        place: Option<NodeId>,
        variants: Fields,
        visitor: &'static str,
    ) -> Result<Self, ReplayError> {
        let pass = cursor.pass;
        let is_tag = is_adjacent_tag(visitor);
        if is_tag {
            pass.findings().types.note_adjacent(cursor.field.fields);
        }
        if let (true, Some(placeholder)) = (is_tag, cursor.placeholder) {
            replace_tagged(cursor, placeholder, place)?;
        }
        let type_id = TypeId::new(visitor, variants, "");
        let read = match cursor.at {
            At::Node(id) => name_and_content(pass.tree, id),
            At::Key(_) | At::VariantName(_) | At::Name(_) | At::ListMember(..) => {
                Ok((cursor.at, None))
            }
            At::Placeholder => Err(None),
        };
        let fault = match read.and_then(|(name, content)| {
            check_name(cursor, name, type_id, variants)?;
            Ok((name, content))
        }) {
            Ok((name, content)) => return Ok(Self { cursor, name, content, type_id, variants }),
            Err(fault) => fault.unwrap_or_else(|| Fault::one_of(None, variants)),
        };
        let placeholder = match (cursor.current_placeholder(), cursor.node()) {
            (Some(placeholder), _) => placeholder,
            (None, Some(id)) => pass.findings().note(Target::At(id), fault),
            (None, None) => return Err(ReplayError::new(Complaint::Other)),
        };
        if is_tag {
            replace_tagged(cursor, placeholder, place)?;
        }
        let expected = Expected::Variant(variants.len());
        let number = match placeholder_value(cursor, placeholder, expected, visitor)? {
            Value::Variant(number) => number,
            _ => 0,
        };
        let name = At::Name(variants.get(number).copied().unwrap_or_default());
        let cursor = cursor.at_placeholder(Some(placeholder));
        Ok(Self { cursor, name, content: Some(At::Placeholder), type_id, variants })
    }

    /// Returns the name of the variant, as the type has it.
    fn name(&self) -> &'static str {
        let tree = self.cursor.pass.tree;
        let name = match self.name {
            At::Key(id) => tree.key(id),
            At::VariantName(id) => tree.text(id),
            At::Name(name) => return name,
            _ => return "",
        };
        self.variants.iter().find(|known| **known == name).copied().unwrap_or_default()
    }

    /// Returns the place of the content. If there is only a name, a placeholder is shown.
    fn content(&self) -> Cursor<'p> {
        if let Some(at) = self.content {
            return Cursor { at, ..self.cursor };
        }
        let placeholder = match (self.cursor.current_placeholder(), self.cursor.node()) {
            (None, Some(id)) => {
                let fault = Fault::Type("object");
                Some(self.cursor.pass.findings().note(Target::At(id), fault))
            }
            (placeholder, _) => placeholder,
        };
        self.cursor.at_placeholder(placeholder)
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = ReplayError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Self), ReplayError> {
        match seed.deserialize(Cursor { at: self.name, ..self.cursor }) {
            Ok(name) => Ok((name, self)),
            Err(ReplayError::Complaint(complaint)) => {
                if let Complaint::UnknownVariant { .. } = *complaint {
                    self.cursor.pass.findings().types.note_strict(self.type_id);
                }
                Err(self.cursor.rejected(ReplayError::Complaint(complaint)))
            }
            Err(noted) => Err(noted),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = ReplayError;

    fn unit_variant(self) -> Result<(), ReplayError> {
        let Some(At::Node(id)) = self.content else {
            return Ok(());
        };
        let pass = self.cursor.pass;
        let mut findings = pass.findings();
        let is_right = pass.tree.kind(id) == Kind::Null || findings.placeholder_at(id).is_some();
        if !is_right && self.cursor.placeholder.is_none() {
            findings.note(Target::At(id), Fault::Type("null"));
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, ReplayError> {
        let content = self.content();
        if !matches!(content.at, At::Placeholder) {
            return seed.deserialize(content).map_err(|error| content.rejected(error));
        }
        // A variant may contain the enum itself, so the depth of placeholders is limited.
        content.pass.enter().map_err(|error| content.rejected(error))?;
        let read = seed.deserialize(content);
        content.pass.leave();
        read.map_err(|error| content.rejected(error))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.content().deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.content().object(fields, self.name(), visitor)
    }
}

/// Shows a placeholder for an object whose tag is missing or wrong, because the tag determines what the
/// rest should be.
fn replace_tagged(
    cursor: Cursor<'_>,
    placeholder: PlaceholderId,
    place: Option<NodeId>,
) -> Result<(), ReplayError> {
    let mut findings = cursor.pass.findings();
    let object = match findings.placeholder(placeholder).target {
        Target::Missing(object, _) => Some(object),
        Target::At(tag) if place == Some(tag) => cursor.pass.tree.parent(tag),
        Target::At(_) => None,
    };
    match object.filter(|object| findings.placeholder_at(*object).is_none()) {
        Some(object) => {
            findings.replace(Target::At(object));
            Err(ReplayError::Noted)
        }
        None => Ok(()),
    }
}

/// Returns the place of the name and that of the content: a variant is a name, or an object with one
/// member.
fn name_and_content(tree: &Tree<'_>, id: NodeId) -> Result<(At, Option<At>), Option<Fault>> {
    match (tree.kind(id), tree.first_child(id)) {
        (Kind::String | Kind::Text, _) => Ok((At::VariantName(id), None)),
        (Kind::Texts, Some(only)) if tree.node(only).next.is_none() => {
            Ok((At::VariantName(only), None))
        }
        (Kind::Texts, _) => Err(Some(Fault::Duplicate)),
        (Kind::Object, Some(only)) if tree.node(only).next.is_none() => {
            Ok((At::Key(only), Some(At::Node(only))))
        }
        _ => Err(None),
    }
}

/// Returns the fault of a name that the enum is known to reject.
fn check_name(
    cursor: Cursor<'_>,
    name: At,
    type_id: TypeId,
    variants: Fields,
) -> Result<(), Option<Fault>> {
    let tree = cursor.pass.tree;
    let name = match (name, cursor.placeholder) {
        (At::Key(id), None) => tree.key(id),
        (At::VariantName(id), None) => tree.text(id),
        _ => return Ok(()),
    };
    if cursor.pass.findings().types.is_strict(type_id) && !variants.contains(&&*name) {
        Err(Some(Fault::one_of(Some(&name), variants)))
    } else {
        Ok(())
    }
}
