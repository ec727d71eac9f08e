use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::given::Given;
use super::overheard;
use super::wanted::Wanted;

/// How serde says that it has tried all variants of an untagged enum.
const NO_VARIANT: &str = "data did not match any variant of untagged enum ";

/// What a deserializer without integers of 128 bits says.
const UNSUPPORTED: [&str; 2] = ["i128 is not supported", "u128 is not supported"];

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
    /// No variant of an untagged enum takes the value.
    NoVariant,
    /// What serde puts aside has no place for the type.
    Unsupported,
    Other,
}

impl Refusal {
    pub(super) fn complaint(complaint: Complaint) -> Self {
        overheard::note(&complaint);
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
            None if message.starts_with(NO_VARIANT) => Complaint::NoVariant,
            None if UNSUPPORTED.contains(&&*message) => Complaint::Unsupported,
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
