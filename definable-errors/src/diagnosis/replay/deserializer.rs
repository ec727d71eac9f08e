//! The deserializer of a replay.

use std::any::type_name;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::cursor::{At, Cursor};
use super::variant::Variant;
use crate::diagnosis::input::{Kind, NodeId};
use crate::diagnosis::serde_error::{
    Bounds, Expected, Fields, RAW_VALUE, ReplayError, is_buffer, is_optional_number,
    is_primitive_visitor,
};

/// Returns the bounds of an integer type if the visitor accepts all of its values, and nothing else.
fn bounds<V>(name: &str) -> Option<Bounds> {
    if is_primitive_visitor(type_name::<V>()) { Bounds::of_type(name) } else { None }
}

/// Returns whether an optional number or `bool` is absent: an HTML form sends an empty text for it.
fn is_absent(cursor: Cursor<'_>, id: NodeId) -> bool {
    let tree = cursor.pass.tree;
    cursor.pass.is_form() && tree.only_text(id).is_some_and(|only| tree.text(only).is_empty())
}

macro_rules! integers {
    ($($method:ident $name:literal)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
            self.scalar(Expected::Integer(bounds::<V>($name)), visitor)
        })*
    };
}

macro_rules! scalars {
    ($($method:ident $expected:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
            self.scalar(Expected::$expected, visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Cursor<'_> {
    type Error = ReplayError;

    integers! {
        deserialize_u8 "u8" deserialize_u16 "u16" deserialize_u32 "u32" deserialize_u64 "u64"
        deserialize_u128 "u128" deserialize_i8 "i8" deserialize_i16 "i16" deserialize_i32 "i32"
        deserialize_i64 "i64" deserialize_i128 "i128"
    }

    scalars! {
        deserialize_bool Bool deserialize_f32 Number deserialize_f64 Number deserialize_char Character
        deserialize_str Text deserialize_string Text deserialize_unit Null
        deserialize_identifier Text
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        let cursor = self.resolved();
        let buffer = cursor.node().filter(|_| is_buffer(type_name::<V>()));
        buffer.inspect(|id| cursor.pass.begin_buffer(*id));
        let shown = match cursor.kind() {
            Some(Kind::Array) => cursor.array(Expected::Array, visitor),
            Some(Kind::Object) => cursor.object(&[], "", visitor),
            Some(Kind::Texts) if cursor.is_read_as_list() => cursor.array(Expected::Array, visitor),
            _ => cursor.scalar(Expected::Any, visitor),
        };
        buffer.inspect(|id| cursor.pass.end_buffer(*id));
        shown
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        match self.resolved().kind() {
            Some(Kind::Array) => self.array(Expected::Array, visitor),
            _ => self.scalar(Expected::Bytes, visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        let cursor = self.resolved();
        match (cursor.at, cursor.kind()) {
            (At::Placeholder, _) | (_, Some(Kind::Null)) => visitor.visit_none(),
            (At::Node(id), Some(Kind::Text | Kind::Texts))
                if is_absent(cursor, id) && is_optional_number(type_name::<V::Value>()) =>
            {
                visitor.visit_none()
            }
            _ => visitor.visit_some(cursor).map_err(|error| cursor.rejected(error)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        let cursor = self.resolved();
        if name == RAW_VALUE {
            let text = match cursor.at {
                At::Node(id) => cursor.pass.tree.raw(id),
                _ => "null",
            };
            return visitor.visit_map(RawValue::new(text)).map_err(|error| cursor.rejected(error));
        }
        visitor.visit_newtype_struct(cursor).map_err(|error| cursor.rejected(error))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        self.array(Expected::Array, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.array(Expected::Tuple(len), visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.array(Expected::Tuple(len), visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        self.object(&[], "", visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        self.object(fields, "", visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReplayError> {
        let cursor = self.scalar_place();
        let variant = Variant::of(cursor, self.node(), variants, type_name::<V>())?;
        visitor.visit_enum(variant).map_err(|error| cursor.rejected(error))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        visitor.visit_unit()
    }
}

/// The text of a value, as `serde_json` gives it to its `RawValue`.
struct RawValue(Option<String>);

impl RawValue {
    fn new(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl<'de> MapAccess<'de> for RawValue {
    type Error = ReplayError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReplayError> {
        if self.0.is_none() {
            return Ok(None);
        }
        let name: StrDeserializer<'_, ReplayError> = RAW_VALUE.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ReplayError> {
        seed.deserialize(self.0.take().unwrap_or_default().into_deserializer())
    }
}
