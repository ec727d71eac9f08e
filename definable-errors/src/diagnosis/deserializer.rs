use std::any::type_name;

use serde::de::{Deserializer, Visitor};

use super::bounds::Bounds;
use super::cursor::{At, Cursor, is_standard};
use super::hint::Hint;
use super::known::Fields;
use super::refusal::Refusal;
use super::tree::Kind;
use super::variant::Variant;

/// The bounds of an integer whose visitor takes all of them and nothing else.
fn bounds<V>(name: &str) -> Option<Bounds> {
    (is_standard::<V>() && type_name::<V>().ends_with("PrimitiveVisitor"))
        .then(|| Bounds::of(name))
        .flatten()
}

macro_rules! integers {
    ($($method:ident $name:literal)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.scalar(Hint::Integer(bounds::<V>($name)), visitor)
        })*
    };
}

macro_rules! scalars {
    ($($method:ident $hint:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.scalar(Hint::$hint, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Cursor<'_> {
    type Error = Refusal;

    integers! {
        deserialize_u8 "u8" deserialize_u16 "u16" deserialize_u32 "u32" deserialize_u64 "u64"
        deserialize_u128 "u128" deserialize_i8 "i8" deserialize_i16 "i16" deserialize_i32 "i32"
        deserialize_i64 "i64" deserialize_i128 "i128"
    }

    scalars! {
        deserialize_bool Bool deserialize_f32 Float deserialize_f64 Float deserialize_char Char
        deserialize_str Text deserialize_string Text deserialize_unit Unit
        deserialize_identifier Text
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let cursor = self.resolved();
        let aside = cursor.node().filter(|_| type_name::<V>().contains("Content"));
        aside.inspect(|id| cursor.session.note_buffered(*id));
        let shown = match cursor.kind() {
            Some(Kind::Array) => cursor.array(Hint::Array, visitor),
            Some(Kind::Object) => cursor.object(&[], "", visitor),
            Some(Kind::Texts) if cursor.is_shown_as_list() => cursor.array(Hint::Array, visitor),
            _ => cursor.scalar(Hint::Any, visitor),
        };
        aside.inspect(|id| cursor.session.begin_to_listen(*id));
        shown
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.resolved().kind() {
            Some(Kind::Array) => self.array(Hint::Array, visitor),
            _ => self.scalar(Hint::Bytes, visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let cursor = self.resolved();
        match (cursor.at, cursor.kind()) {
            (At::Invented, _) | (_, Some(Kind::Null)) => visitor.visit_none(),
            (At::Node(id), Some(Kind::Text | Kind::Texts))
                if cursor.session.is_none(id, type_name::<V::Value>()) =>
            {
                visitor.visit_none()
            }
            _ => visitor.visit_some(cursor).map_err(|refusal| cursor.refused(refusal)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let cursor = self.resolved();
        if let Some(raw) = cursor.raw_value(name) {
            return visitor.visit_map(raw).map_err(|refusal| cursor.refused(refusal));
        }
        visitor.visit_newtype_struct(cursor).map_err(|refusal| cursor.refused(refusal))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.array(Hint::Array, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.array(Hint::Tuple(len), visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.array(Hint::Tuple(len), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.object(&[], "", visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.object(fields, "", visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let cursor = self.scalar_place();
        let variant = Variant::of(cursor, self.node(), variants, type_name::<V>())?;
        visitor.visit_enum(variant).map_err(|refusal| cursor.refused(refusal))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }
}
