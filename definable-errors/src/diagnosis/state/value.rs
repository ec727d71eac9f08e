//! The values that visitors receive.

use std::borrow::Cow;

use serde::de::Visitor;

use crate::diagnosis::serde_error::{Actual, ReplayError};

/// A value that a visitor receives: one of the input, or of a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'t> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Big(i128),
    BigUnsigned(u128),
    Float(f64),
    Text(Cow<'t, str>),
    Bytes(Cow<'t, str>),
    /// A list of this many placeholders.
    Array(usize),
    /// An object of placeholders.
    Object,
    /// The variant with this number, with a placeholder for its content.
    Variant(usize),
}

impl Value<'_> {
    /// Returns how a complaint describes the value.
    pub(crate) fn actual(&self) -> Actual {
        match self {
            Self::Null => Actual::Null,
            Self::Bool(value) => Actual::Bool(*value),
            Self::Unsigned(value) => Actual::Unsigned(*value),
            Self::Signed(value) => Actual::Signed(*value),
            Self::Float(value) => Actual::Float(*value),
            Self::Text(value) => Actual::Text(value.clone().into_owned()),
            Self::Array(_) => Actual::Array,
            Self::Object => Actual::Object,
            _ => Actual::Other,
        }
    }

    /// Gives a scalar to a visitor. The deserializer gives lists, objects and variants itself.
    pub(crate) fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Big(value) => visitor.visit_i128(value),
            Self::BigUnsigned(value) => visitor.visit_u128(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_str(&value),
            Self::Bytes(value) => visitor.visit_bytes(value.as_bytes()),
            Self::Null | Self::Array(_) | Self::Object | Self::Variant(_) => visitor.visit_unit(),
        }
    }
}
