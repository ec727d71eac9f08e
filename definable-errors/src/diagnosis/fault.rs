//! What is wrong, as a code and in words. A name that a client sent is only compared with those that
//! are known; the answer never repeats it.

use serde_json::Value;

use super::bounds::Bounds;
use super::known::Fields;
use super::refusal::Complaint;
use super::wanted::Wanted;
use crate::problem::{Place, Violation};

/// Names in a list that a client can still read.
const MAX_NAMES: usize = 50;

/// Longer names are not compared with the known ones: a name of that length is no typo.
const MAX_LETTERS: usize = 64;

/// One thing that is wrong at a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    Type(&'static str),
    Range(Option<Bounds>),
    Required,
    Duplicate,
    UnknownField { sent: Sent, known: Fields },
    OneOf { sent: Sent, known: Fields },
    Length(usize),
    Invalid,
}

/// The name that the client sent in place of a known one. The two are compared only for the faults
/// that the response contains, which are few of those that an input can have.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sent(Option<Box<str>>);

impl Sent {
    fn new(name: &str) -> Self {
        let is_comparable = (1..=MAX_LETTERS).contains(&name.chars().count());
        Self(is_comparable.then(|| name.into()))
    }

    /// The known name that was most likely meant: one letter in three may be wrong.
    fn nearest(&self, known: Fields) -> Option<&'static str> {
        let name = self.0.as_ref()?.to_lowercase();
        let distance = |known: &&'static str| strsim::osa_distance(&name, &known.to_lowercase());
        let best = known.iter().copied().min_by_key(distance)?;
        let letters = name.chars().count().max(best.chars().count());
        (distance(&best) <= letters.div_ceil(3)).then_some(best)
    }
}

impl Fault {
    pub(super) fn wanted(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Null => Self::Type("null"),
            Wanted::Bool => Self::Type("boolean"),
            Wanted::Integer(_) => Self::Type("integer"),
            Wanted::Number => Self::Type("number"),
            Wanted::Character => Self::Type("character"),
            Wanted::Text => Self::Type("string"),
            Wanted::Array => Self::Type("array"),
            Wanted::Object => Self::Type("object"),
            Wanted::Name(_) | Wanted::Other => Self::Invalid,
        }
    }

    pub(super) fn unknown_field(name: &str, known: Fields) -> Self {
        Self::UnknownField { sent: Sent::new(name), known }
    }

    pub(super) fn one_of(name: Option<&str>, known: Fields) -> Self {
        Self::OneOf { sent: name.map(Sent::new).unwrap_or_default(), known }
    }

    /// What is wrong with the name of a member.
    pub(super) fn of_key(complaint: &Complaint) -> Self {
        match complaint {
            Complaint::UnknownField { name, known } => Self::unknown_field(name, known),
            Complaint::UnknownVariant { name, known } => Self::one_of(Some(name), known),
            Complaint::Value { wanted, .. } => Self::wanted(*wanted),
            _ => Self::Invalid,
        }
    }

    /// What it takes to tell it, in steps of a diagnosis.
    pub(super) const fn steps(&self) -> usize {
        match self {
            Self::UnknownField { known, .. } | Self::OneOf { known, .. } => 5 * known.len(),
            _ => 1,
        }
    }

    pub(super) fn at(&self, place: Place) -> Violation {
        match self {
            Self::Type(expected) => {
                Violation::new(place, "type", must_be(expected)).with_param("expected", *expected)
            }
            Self::Range(Some(bounds)) => range(place, *bounds),
            Self::Range(None) => Violation::new(place, "range", "is out of range"),
            Self::Required => Violation::new(place, "required", "is required"),
            Self::Duplicate => Violation::new(place, "duplicate", "must be given only once"),
            Self::UnknownField { sent, known } => {
                let suggestion = sent.nearest(known);
                suggested(Violation::new(place, "unknown_field", unknown(suggestion)), suggestion)
            }
            Self::OneOf { sent, known } => suggested(one_of(place, known), sent.nearest(known)),
            Self::Length(items) => {
                Violation::new(place, "length", format!("must have exactly {items} items"))
                    .with_param("equal", *items)
            }
            Self::Invalid => Violation::new(place, "invalid", "is not valid"),
        }
    }
}

fn must_be(expected: &'static str) -> &'static str {
    match expected {
        "null" => "must be null",
        "boolean" => "must be a boolean",
        "integer" => "must be an integer",
        "number" => "must be a number",
        "character" => "must be a single character",
        "string" => "must be a string",
        "array" => "must be an array",
        _ => "must be an object",
    }
}

fn range(place: Place, bounds: Bounds) -> Violation {
    let Bounds { min, max } = bounds;
    let (words, max) = match bounds.is_u128() {
        true => (u128::MAX.to_string(), u128::MAX.to_string().into()),
        false => (max.to_string(), number(max)),
    };
    let violation = Violation::new(place, "range", format!("must be between {min} and {words}"));
    violation.with_param("min", number(min)).with_param("max", max)
}

/// JSON numbers beyond 64 bits are texts.
fn number(number: i128) -> Value {
    if let Ok(small) = u64::try_from(number) {
        return small.into();
    }
    i64::try_from(number).map_or_else(|_| number.to_string().into(), Into::into)
}

fn one_of(place: Place, known: Fields) -> Violation {
    let told = &known[..known.len().min(MAX_NAMES)];
    Violation::new(place, "one_of", format!("must be one of {}", told.join(", ")))
        .with_param("expected", told.to_vec())
}

fn unknown(suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("is unknown, did you mean {name:?}?"),
        None => "is unknown".to_owned(),
    }
}

fn suggested(violation: Violation, suggestion: Option<&'static str>) -> Violation {
    match suggestion {
        Some(name) => violation.with_param("suggestion", name),
        None => violation,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_names_the_nearest_field_and_nothing_else_does() {
        const KNOWN: &[&str] = &["email", "first_name", "lastName", "id"];
        let cases = [
            ("emial", Some("email")),
            ("firstName", Some("first_name")),
            ("LASTNAME", Some("lastName")),
            ("ID", Some("id")),
            ("password", None),
            ("x", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(Sent::new(name).nearest(KNOWN), expected, "{name}");
        }
    }

    #[test]
    fn bounds_beyond_64_bits_are_texts() {
        let bounds = Bounds::of("i128").unwrap();
        let violation = Fault::Range(Some(bounds)).at(Place::Query("n".into()));
        assert_eq!(violation.params()["max"], i128::MAX.to_string());
        let violation = Fault::Range(Bounds::of("u128")).at(Place::Query("n".into()));
        assert_eq!(violation.params()["max"], u128::MAX.to_string());
        assert_eq!(number(-1), Value::from(-1));
        assert_eq!(number(255), Value::from(255));
    }
}
