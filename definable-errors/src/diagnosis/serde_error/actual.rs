//! What a rejected value was.

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
