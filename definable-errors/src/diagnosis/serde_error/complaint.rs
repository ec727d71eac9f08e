//! What a type rejected: the value that it got, and what it expects.

use serde::de::Unexpected;

/// A rejected value, as serde describes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Actual {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    Array,
    Object,
    Other,
}

impl Actual {
    pub(super) fn read(unexpected: Unexpected<'_>) -> Self {
        match unexpected {
            Unexpected::Unit => Self::Null,
            Unexpected::Bool(value) => Self::Bool(value),
            Unexpected::Unsigned(value) => Self::Unsigned(value),
            Unexpected::Signed(value) => Self::Signed(value),
            Unexpected::Float(value) => Self::Float(value),
            Unexpected::Char(value) => Self::Text(value.to_string()),
            Unexpected::Str(value) => Self::Text(value.to_owned()),
            Unexpected::Seq => Self::Array,
            Unexpected::Map => Self::Object,
            _ => Self::Other,
        }
    }

    /// Returns whether a number, written like this, is the value.
    #[expect(clippy::float_cmp, reason = "the same text was read twice")]
    pub(crate) fn is_number(&self, text: &str) -> bool {
        match self {
            Self::Unsigned(number) => text.parse() == Ok(*number),
            Self::Signed(number) => text.parse() == Ok(*number),
            Self::Float(number) => text.parse::<f64>().is_ok_and(|value| value == *number),
            _ => false,
        }
    }

    /// Returns whether a text is the value. The text may have been parsed before the value was
    /// rejected.
    pub(crate) fn is_text(&self, text: &str) -> bool {
        match self {
            Self::Text(own) => own == text,
            Self::Bool(value) => text == if *value { "true" } else { "false" },
            _ => self.is_number(text),
        }
    }
}

/// The smallest and the largest value of an integer type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: i128,
    /// The largest value; for `u128`, whose own is larger, `i128::MAX`.
    pub(crate) max: i128,
}

macro_rules! bounds {
    ($name:expr; $($int:ident)*) => {
        match $name {
            $(stringify!($int) => Some(Bounds {
                min: $int::MIN as i128,
                max: if stringify!($int).len() == 4 { i128::MAX } else { $int::MAX as i128 },
            }),)*
            _ => None,
        }
    };
}

impl Bounds {
    /// Returns the bounds of the integer type with this name.
    #[expect(clippy::cast_lossless, reason = "`From` knows no `usize`")]
    #[expect(clippy::cast_possible_wrap, reason = "the types of 128 bits are handled apart")]
    pub(crate) fn of_type(name: &str) -> Option<Self> {
        bounds!(name; u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize)
    }

    pub(crate) const fn contain(self, number: i128) -> bool {
        self.min <= number && number <= self.max
    }

    pub(crate) const fn is_u128(self) -> bool {
        self.min >= 0 && self.max == i128::MAX
    }

    pub(crate) fn without_zero(self) -> Self {
        Self { min: if self.min == 0 { 1 } else { self.min }, ..self }
    }
}

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

/// What a type rejected, without its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Complaint {
    MissingField(&'static str),
    DuplicateField(&'static str),
    UnknownField {
        name: String,
        known: Fields,
    },
    UnknownVariant {
        name: String,
        known: Fields,
    },
    /// A value of the wrong type, or out of range.
    Value {
        actual: Actual,
        expected: Expected,
    },
    Length,
    /// No variant of an untagged enum accepts the value.
    NoVariant,
    /// Serde's buffers do not support the type.
    Unsupported,
    Other,
}
