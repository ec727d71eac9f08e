//! Visitors that behave as those of the derive do.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::dynamic::{read_ref, schema};
use super::schema::{Content, Enum, Field, Ref, Struct, Type, Unknown};

/// Deserializes a type that a schema refers to.
struct Seed(Ref);

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        read_ref(self.0, deserializer)
    }
}

/// Deserializes an absent field: `None` for an option, an error otherwise.
struct Missing<E>(&'static str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

pub(super) struct StructVisitor<'s, const ID: usize>(pub(super) &'s Struct);

impl<'de, const ID: usize> Visitor<'de> for StructVisitor<'_, ID> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct Made")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        for (at, field) in self.0.fields.iter().enumerate() {
            if elements.next_element_seed(Seed(field.of))?.is_none() && !field.has_default {
                let expected = format!("struct Made with {} elements", self.0.fields.len());
                return Err(Error::invalid_length(at, &&*expected));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = vec![false; self.0.fields.len()];
        while let Some(field) = members.next_key_seed(FieldSeed::<ID>(self.0))? {
            let Some(at) = field else {
                members.next_value::<IgnoredAny>()?;
                continue;
            };
            let field = &self.0.fields[at];
            if seen[at] {
                return Err(Error::duplicate_field(field.name));
            }
            members.next_value_seed(Seed(field.of))?;
            seen[at] = true;
        }
        let missing = self.0.fields.iter().zip(seen);
        for (field, _) in missing.filter(|(field, seen)| !seen && !field.has_default) {
            read_ref(field.of, Missing(field.name, PhantomData))?;
        }
        Ok(())
    }
}

/// Deserializes a field name into its index, or into `None` if it is to be ignored.
struct FieldSeed<'s, const ID: usize>(&'s Struct);

impl<'de, const ID: usize> DeserializeSeed<'de> for FieldSeed<'_, ID> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl<const ID: usize> Visitor<'_> for FieldSeed<'_, ID> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<Option<usize>, E> {
        let index = usize::try_from(index).ok().filter(|index| *index < self.0.fields.len());
        match (index, self.0.unknown) {
            (None, Unknown::Denied) => {
                Err(E::invalid_value(Unexpected::Other("index"), &"field index"))
            }
            (index, _) => Ok(index),
        }
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        let is_it = |field: &Field| field.is_called(name);
        match (self.0.fields.iter().position(is_it), self.0.unknown) {
            (None, Unknown::Denied) => Err(E::unknown_field(name, self.0.names)),
            (at, _) => Ok(at),
        }
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<Option<usize>, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }
}

pub(super) struct TupleVisitor<'s, const ID: usize>(pub(super) &'s [Ref]);

impl<'de, const ID: usize> Visitor<'de> for TupleVisitor<'_, ID> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tuple struct Made")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        for (at, of) in self.0.iter().enumerate() {
            if elements.next_element_seed(Seed(*of))?.is_none() {
                let expected = format!("tuple struct Made with {} elements", self.0.len());
                return Err(Error::invalid_length(at, &&*expected));
            }
        }
        Ok(())
    }
}

pub(super) struct NewtypeVisitor<const ID: usize>;

impl<'de, const ID: usize> Visitor<'de> for NewtypeVisitor<ID> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tuple struct Made")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        read_ref(Self::inner(), from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        match elements.next_element_seed(Seed(Self::inner()))? {
            Some(()) => Ok(()),
            None => Err(Error::invalid_length(0, &"tuple struct Made with 1 element")),
        }
    }
}

impl<const ID: usize> NewtypeVisitor<ID> {
    fn inner() -> Ref {
        match schema().types[ID] {
            Type::Newtype(of) => of,
            _ => unreachable!("only newtypes are read with it"),
        }
    }
}

pub(super) struct EnumVisitor<'s, const ID: usize>(pub(super) &'s Enum);

impl<'de, const ID: usize> Visitor<'de> for EnumVisitor<'_, ID> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("enum Made")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, from: A) -> Result<(), A::Error> {
        let (at, variant) = from.variant_seed(VariantSeed::<ID>(self.0))?;
        match &self.0.variants[at].content {
            Content::Unit => variant.unit_variant(),
            Content::Newtype(of) => variant.newtype_variant_seed(Seed(*of)),
            Content::Tuple(of) => variant.tuple_variant(of.len(), TupleVisitor::<ID>(of)),
            Content::Struct(of) => variant.struct_variant(of.names, StructVisitor::<ID>(of)),
        }
    }
}

struct VariantSeed<'s, const ID: usize>(&'s Enum);

impl<'de, const ID: usize> DeserializeSeed<'de> for VariantSeed<'_, ID> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<usize, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl<const ID: usize> Visitor<'_> for VariantSeed<'_, ID> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant identifier")
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<usize, E> {
        let index = usize::try_from(index).ok().filter(|index| *index < self.0.variants.len());
        index.ok_or_else(|| E::invalid_value(Unexpected::Other("index"), &"variant index"))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let found = self.0.variants.iter().position(|variant| variant.name == name);
        found.ok_or_else(|| E::unknown_variant(name, self.0.names))
    }

    fn visit_bytes<E: Error>(self, name: &[u8]) -> Result<usize, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }
}
