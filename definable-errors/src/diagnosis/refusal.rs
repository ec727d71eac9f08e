use std::fmt;

use serde::de::{Error, Expected, Unexpected};

/// Why a `Deserialize` gave up: serde's structured calls, taken apart.
///
/// It may hold what the client sent. It never leaves this room.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Already noted where it happened; the next pass goes on from there.
    Noted,
    /// Nobody knows yet which place is meant.
    Unplaced(Box<Complaint>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Complaint {
    MissingField(&'static str),
    DuplicateField(&'static str),
    UnknownField {
        name: String,
        known: &'static [&'static str],
    },
    UnknownVariant {
        name: String,
        known: &'static [&'static str],
    },
    /// A value that was given, and what was wanted instead.
    Value {
        given: Given,
        wanted: Wanted,
    },
    Length,
    Other,
}

/// What a value turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
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

/// What a type says that it expects, as far as its words are serde's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Null,
    Bool,
    Integer(Option<Bounds>),
    Number,
    Character,
    Text,
    Array,
    Object,
    /// One of these names.
    Name(&'static [&'static str]),
    Other,
}

/// What an integer type can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) min: i128,
    /// `u128` goes beyond what its bounds can say.
    pub(super) max: i128,
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
    /// Those of the type of that name.
    #[expect(clippy::cast_lossless, reason = "`From` knows no `usize`")]
    #[expect(clippy::cast_possible_wrap, reason = "the two types of 128 bits are told apart")]
    pub(super) fn of(name: &str) -> Option<Self> {
        bounds!(name; u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize)
    }

    pub(super) const fn contain(self, number: i128) -> bool {
        self.min <= number && number <= self.max
    }

    pub(super) const fn is_u128(self) -> bool {
        self.min == 0 && self.max == i128::MAX
    }

    fn without_zero(self) -> Self {
        Self { min: if self.min == 0 { 1 } else { self.min }, ..self }
    }
}

impl Wanted {
    fn read(expected: &dyn Expected) -> Self {
        let words = expected.to_string();
        match words.as_str() {
            "unit" => Self::Null,
            "a boolean" => Self::Bool,
            "f32" | "f64" => Self::Number,
            "a character" => Self::Character,
            "a string" | "a borrowed string" | "string" | "str" => Self::Text,
            "a sequence" => Self::Array,
            "a map" => Self::Object,
            _ => Self::read_longer(&words),
        }
    }

    fn read_longer(words: &str) -> Self {
        if let Some(bounds) = Bounds::of(words) {
            return Self::Integer(Some(bounds));
        }
        if let Some(bounds) = words.strip_prefix("a nonzero ").and_then(Bounds::of) {
            return Self::Integer(Some(bounds.without_zero()));
        }
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| words.starts_with(prefix));
        if starts(&["struct ", "internally tagged enum ", "adjacently tagged enum "]) {
            return Self::Object;
        }
        if starts(&["tuple ", "a tuple of size ", "an array of length "]) {
            return Self::Array;
        }
        Self::Other
    }
}

impl Given {
    fn read(unexpected: Unexpected<'_>) -> Self {
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
}

impl Refusal {
    pub(super) fn complaint(complaint: Complaint) -> Self {
        Self::Unplaced(Box::new(complaint))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refusal {}

impl Error for Refusal {
    /// `flatten` with `deny_unknown_fields` and `flatten` in maps speak only through texts.
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        let quoted = |prefix: &str| {
            let rest = message.strip_prefix(prefix)?;
            Some(rest[..rest.find('`')?].to_owned())
        };
        Self::complaint(match quoted("unknown field `") {
            Some(name) => Complaint::UnknownField { name, known: &[] },
            None => Complaint::Other,
        })
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (given, wanted) = (Given::read(unexpected), Wanted::read(expected));
        Self::complaint(Complaint::Value { given, wanted })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::complaint(Complaint::Length)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::complaint(Complaint::UnknownVariant { name: variant.to_owned(), known: expected })
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::complaint(Complaint::UnknownField { name: field.to_owned(), known: expected })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::complaint(Complaint::MissingField(field))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::complaint(Complaint::DuplicateField(field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_read_from_serdes_own_words() {
        let cases: [(&str, Wanted); 7] = [
            ("u8", Wanted::Integer(Some(Bounds { min: 0, max: 255 }))),
            ("a nonzero u8", Wanted::Integer(Some(Bounds { min: 1, max: 255 }))),
            ("i128", Wanted::Integer(Some(Bounds { min: i128::MIN, max: i128::MAX }))),
            ("struct Order", Wanted::Object),
            ("a tuple of size 2", Wanted::Array),
            ("a string", Wanted::Text),
            ("the password hunter2", Wanted::Other),
        ];
        for (words, wanted) in cases {
            assert_eq!(Wanted::read(&words), wanted, "{words}");
        }
    }
}
