use std::borrow::Cow;

use serde::de::Visitor;

use super::given::Given;
use super::refusal::Refusal;

/// What a visitor is shown: a value as the input has it, or a stand-in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Offer<'t> {
    Unit,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Big(i128),
    BigUnsigned(u128),
    Float(f64),
    Text(Cow<'t, str>),
    Bytes(Cow<'t, str>),
    /// So many elements, all made up.
    Array(usize),
    /// Members, all made up.
    Object,
    /// The variant of that number, made up.
    Variant(usize),
}

impl Offer<'_> {
    /// What a complaint about it calls it.
    pub(super) fn given(&self) -> Given {
        match self {
            Self::Unit => Given::Null,
            Self::Bool(value) => Given::Bool(*value),
            Self::Unsigned(value) => Given::Unsigned(*value),
            Self::Signed(value) => Given::Signed(*value),
            Self::Float(value) => Given::Float(*value),
            Self::Text(value) => Given::Text(value.clone().into_owned()),
            Self::Array(_) => Given::Array,
            Self::Object => Given::Object,
            _ => Given::Other,
        }
    }

    /// Shows a scalar; what is no scalar, whoever deserializes it shows.
    pub(super) fn show<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Big(value) => visitor.visit_i128(value),
            Self::BigUnsigned(value) => visitor.visit_u128(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_str(&value),
            Self::Bytes(value) => visitor.visit_bytes(value.as_bytes()),
            Self::Unit | Self::Array(_) | Self::Object | Self::Variant(_) => visitor.visit_unit(),
        }
    }
}
