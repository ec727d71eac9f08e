//! What a type expects.

use super::bounds::Bounds;

/// The names of the fields of a type, or of the variants of an enum.
pub(crate) type Fields = &'static [&'static str];

/// What a type expects: what it requests before it sees a value, or what it said when it rejected
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Anything, or nothing that is known.
    Any,
    Null,
    Bool,
    /// An integer, with its bounds if it is one of the language's and nothing narrower.
    Integer(Option<Bounds>),
    Number,
    Character,
    Text,
    Bytes,
    Array,
    /// A list of this many elements.
    Tuple(usize),
    Object,
    /// One of this many variants.
    Variant(usize),
    /// One of these names.
    OneOf(Fields),
}

impl Expected {
    /// Returns the name of the type for clients, if it has one.
    pub(crate) const fn type_name(self) -> Option<&'static str> {
        match self {
            Self::Null => Some("null"),
            Self::Bool => Some("boolean"),
            Self::Integer(_) => Some("integer"),
            Self::Number => Some("number"),
            Self::Character => Some("character"),
            Self::Text | Self::Bytes => Some("string"),
            Self::Array | Self::Tuple(_) => Some("array"),
            Self::Object => Some("object"),
            Self::Any | Self::Variant(_) | Self::OneOf(_) => None,
        }
    }
}
