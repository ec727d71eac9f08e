use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::cursor::{At, Cursor};
use super::fault::Fault;
use super::hint::Hint;
use super::known::{Fields, Shape, Target};
use super::offer::Offer;
use super::refusal::{Complaint, Refusal};
use super::session::Session;
use super::stand_in::Slot;
use super::tree::{Kind, NodeId};

/// An externally tagged enum's variant: its name, and what stands behind it.
pub(super) struct Variant<'s> {
    /// The place of the enum.
    cursor: Cursor<'s>,
    label: At,
    content: Option<At>,
    shape: Shape,
    variants: Fields,
}

impl<'s> Variant<'s> {
    pub(super) fn of(
        cursor: Cursor<'s>,
        place: Option<NodeId>,
        variants: Fields,
        visitor: &'static str,
    ) -> Result<Self, Refusal> {
        let session = cursor.session;
        let is_tag = visitor.contains("AdjacentlyTagged");
        if is_tag {
            session.note_tagged(cursor.site.fields);
        }
        if let (true, Some(slot)) = (is_tag, cursor.owner) {
            session.forget_tagged(slot, place)?;
        }
        let shape = Shape(visitor, variants.as_ptr() as usize, "");
        let judged = match cursor.at {
            At::Node(id) => session.judge_variant(id),
            At::Key(_) | At::Label(_) | At::Word(_) | At::Part(..) => Ok((cursor.at, None)),
            At::Invented => Err(None),
        };
        let known = |(label, content): (At, Option<At>)| match cursor.owner {
            None => session.judge_name(label, shape, variants).map(|()| (label, content)),
            Some(_) => Ok((label, content)),
        };
        let fault = match judged.and_then(known) {
            Ok((label, content)) => return Ok(Self { cursor, label, content, shape, variants }),
            Err(fault) => fault.unwrap_or_else(|| Fault::one_of(None, variants)),
        };
        let slot = match (cursor.made_up(), cursor.node()) {
            (Some(slot), _) => slot,
            (None, Some(id)) => session.blame(Target::At(id), fault),
            (None, None) => return Err(Refusal::complaint(Complaint::Other)),
        };
        if is_tag {
            session.forget_tagged(slot, place)?;
        }
        let taste = (visitor, cursor.site);
        let number = match session.stand_in_for(slot, Hint::Enum(variants.len()), taste)? {
            Offer::Variant(number) => number,
            _ => 0,
        };
        let label = At::Word(variants.get(number).copied().unwrap_or_default());
        let cursor = Cursor { at: At::Invented, owner: Some(slot), ..cursor };
        Ok(Self { cursor, label, content: Some(At::Invented), shape, variants })
    }

    /// The variant's name, as the type has it.
    fn name(&self) -> &'static str {
        let tree = self.cursor.session.tree;
        let name = match self.label {
            At::Key(id) => tree.key(id),
            At::Label(id) => tree.text(id),
            At::Word(word) => return word,
            _ => return "",
        };
        self.variants.iter().find(|known| **known == name).copied().unwrap_or_default()
    }

    /// What stands behind the name; nothing does where only the name was given.
    fn content(&self) -> Cursor<'s> {
        let at = match (self.content, self.cursor.node()) {
            (Some(at), _) => return Cursor { at, ..self.cursor },
            (None, node) => node,
        };
        let owner = match (self.cursor.made_up(), at) {
            (None, Some(id)) => {
                Some(self.cursor.session.blame(Target::At(id), Fault::Type("object")))
            }
            (owner, _) => owner,
        };
        Cursor { at: At::Invented, owner, ..self.cursor }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refusal> {
        let name = seed.deserialize(Cursor { at: self.label, ..self.cursor });
        match name {
            Ok(name) => Ok((name, self)),
            Err(Refusal::Unplaced(complaint)) => {
                if let Complaint::UnknownVariant { .. } = *complaint {
                    self.cursor.session.learn_denying(self.shape);
                }
                Err(self.cursor.refused(Refusal::Unplaced(complaint)))
            }
            Err(noted) => Err(noted),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        let Some(At::Node(id)) = self.content else {
            return Ok(());
        };
        let session = self.cursor.session;
        let is_fine = session.tree.kind(id) == Kind::Null || session.slot_of(id).is_some();
        if !is_fine && self.cursor.owner.is_none() {
            session.blame(Target::At(id), Fault::Type("null"));
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refusal> {
        let content = self.content();
        if !matches!(content.at, At::Invented) {
            return seed.deserialize(content).map_err(|refusal| content.refused(refusal));
        }
        // A variant may hold the enum itself: what is made up must not go down for ever.
        if content.session.enter() {
            return Err(content.refused(Refusal::complaint(Complaint::Other)));
        }
        let made_up = seed.deserialize(content);
        content.session.leave();
        made_up.map_err(|refusal| content.refused(refusal))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.content().deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.content().object(fields, self.name(), visitor)
    }
}

impl Session<'_> {
    /// What a wrong tag stands for nobody knows, no sibling either: nothing is said of the rest.
    fn forget_tagged(&self, slot: Slot, place: Option<NodeId>) -> Result<(), Refusal> {
        let Some(object) = self.tagged_by(slot, place) else {
            return Ok(());
        };
        self.replace(Target::At(object));
        Err(Refusal::Noted)
    }

    /// The object whose tag is missing or wrong, unless something stands in for all of it.
    fn tagged_by(&self, slot: Slot, place: Option<NodeId>) -> Option<NodeId> {
        let object = match self.stand_in(slot).target {
            Target::Absent(object, _) => Some(object),
            Target::At(tag) if place == Some(tag) => self.tree.parent(tag),
            Target::At(_) => None,
        };
        object.filter(|object| self.slot_of(*object).is_none())
    }

    /// A name alone, or an object with one member.
    fn judge_variant(&self, id: NodeId) -> Result<(At, Option<At>), Option<Fault>> {
        let tree = self.tree;
        let first = tree.first_child(id);
        match (tree.kind(id), first) {
            (Kind::String | Kind::Text, _) => Ok((At::Label(id), None)),
            (Kind::Texts, Some(only)) if tree.node(only).next.is_none() => {
                Ok((At::Label(only), None))
            }
            (Kind::Texts, _) => Err(Some(Fault::Duplicate)),
            (Kind::Object, Some(only)) if tree.node(only).next.is_none() => {
                Ok((At::Key(only), Some(At::Node(only))))
            }
            _ => Err(None),
        }
    }

    /// Once an enum was seen to refuse a name, names that it does not list are not tried again.
    fn judge_name(
        &self,
        label: At,
        shape: Shape,
        variants: &'static [&'static str],
    ) -> Result<(), Option<Fault>> {
        let name = match label {
            At::Key(id) => self.tree.key(id),
            At::Label(id) => self.tree.text(id),
            _ => return Ok(()),
        };
        match self.is_denying(shape) && !variants.contains(&&*name) {
            true => Err(Some(Fault::one_of(Some(&name), variants))),
            false => Ok(()),
        }
    }
}
