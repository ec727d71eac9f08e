use std::any::type_name;

use serde::de::Visitor;

use super::elements::Elements;
use super::hint::Hint;
use super::known::{Fields, Shape};
use super::members::Members;
use super::offer::Offer;
use super::origin::Origin;
use super::refusal::Refusal;
use super::session::Session;
use super::stand_in::Slot;
use super::tree::{Kind, NodeId, ROOT};

/// A place in the input, as a deserializer.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'s> {
    pub(super) session: &'s Session<'s>,
    pub(super) at: At,
    /// The stand-in that this place belongs to.
    pub(super) owner: Option<Slot>,
    pub(super) site: Site,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum At {
    Node(NodeId),
    /// One member of the comma-separated list in a header field (RFC 9110 §5.6.1).
    Part(NodeId, (u32, u32)),
    /// The name of a member.
    Key(NodeId),
    /// A text that names a variant.
    Label(NodeId),
    /// A name that a type has told us.
    Word(&'static str),
    /// Nothing: whatever is asked for is made up.
    Invented,
}

/// The field that is being read: the type by the address of its fields, and its name there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Site {
    pub(super) fields: usize,
    pub(super) field: &'static str,
}

/// Whether a visitor is serde's own, of the standard library's types.
pub(super) fn is_standard<V>() -> bool {
    let name = type_name::<V>();
    name.starts_with("serde") && name.contains("::impls::")
}

impl Cursor<'_> {
    pub(super) fn node(&self) -> Option<NodeId> {
        match self.at {
            At::Node(id) | At::Part(id, _) | At::Key(id) | At::Label(id) => Some(id),
            At::Word(_) | At::Invented => None,
        }
    }

    pub(super) fn is_shown_as_list(&self) -> bool {
        self.node().is_some_and(|id| self.session.is_shown_as_list(id))
    }

    pub(super) fn kind(&self) -> Option<Kind> {
        match self.at {
            At::Node(id) => Some(self.session.tree.kind(id)),
            _ => None,
        }
    }

    /// Where to read on: where something stands in, there.
    pub(super) fn resolved(self) -> Self {
        let (At::Node(id), None) = (self.at, self.owner) else {
            return self;
        };
        match self.session.slot_of(id) {
            None => self,
            Some(slot) => Self { at: At::Invented, owner: Some(slot), ..self },
        }
    }

    /// The only parameter of a path may be asked for without its name.
    pub(super) fn scalar_place(self) -> Self {
        let cursor = self.resolved();
        let is_path = self.session.tree.origin == Origin::Path;
        match (cursor.at, self.session.tree.first_child(ROOT)) {
            (At::Node(ROOT), Some(first)) if is_path => {
                Self { at: At::Node(first), ..cursor }.resolved()
            }
            _ => cursor,
        }
    }

    pub(super) fn scalar<'de, V: Visitor<'de>>(
        self,
        hint: Hint,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let cursor = self.scalar_place();
        let offer = cursor.session.offer(cursor, hint, (type_name::<V>(), cursor.site))?;
        cursor.show(offer, visitor)
    }

    /// Shows what was offered: made-up values with parts are made up as they are asked for.
    pub(super) fn show<'de, V: Visitor<'de>>(
        self,
        offer: Offer<'_>,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let invented = || Self { at: At::Invented, owner: self.made_up(), ..self };
        match offer {
            Offer::Array(count) => Elements::invented(invented(), count).show(visitor),
            Offer::Object => {
                let members = Members::invented(invented(), Shape(type_name::<V>(), 0, ""), &[]);
                members.with_missed(self.made_up()).show(visitor)
            }
            scalar => scalar.show(visitor).map_err(|refusal| self.refused(refusal)),
        }
    }

    /// The stand-in that is shown here since the place was judged.
    pub(super) fn made_up(self) -> Option<Slot> {
        self.owner.or_else(|| self.session.slot_of(self.node()?))
    }

    pub(super) fn array<'de, V: Visitor<'de>>(
        self,
        hint: Hint,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let cursor = self.resolved();
        match (cursor.kind(), cursor.at) {
            (Some(Kind::Array | Kind::Texts | Kind::Text), At::Node(id))
            | (Some(Kind::Object), At::Node(id @ ROOT))
                if cursor.session.is_list(id, hint) =>
            {
                Elements::of(cursor, id, hint, is_standard::<V>()).show(visitor)
            }
            _ => cursor.scalar(hint, visitor),
        }
    }

    pub(super) fn object<'de, V: Visitor<'de>>(
        self,
        fields: Fields,
        variant: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let cursor = self.resolved();
        let shape = Shape(type_name::<V>(), fields.as_ptr() as usize, variant);
        match (cursor.kind(), cursor.at) {
            (Some(Kind::Object), At::Node(id)) => {
                // Ranges and durations are the standard library's, and need all their fields.
                let is_map = fields.is_empty() && is_standard::<V>();
                Members::of(cursor, id, shape, fields, is_map).show(visitor)
            }
            // Structs are read from arrays too, as `serde_json` does.
            (Some(Kind::Array), At::Node(id)) if !fields.is_empty() => {
                Elements::of(cursor, id, Hint::Object, false).show(visitor)
            }
            _ => {
                let taste = (shape.0, cursor.site);
                match cursor.session.offer(cursor, Hint::Object, taste)? {
                    Offer::Object => {
                        let owner = cursor.made_up();
                        let invented = Self { at: At::Invented, owner, ..cursor };
                        Members::invented(invented, shape, fields).show(visitor)
                    }
                    other => cursor.show(other, visitor),
                }
            }
        }
    }
}
