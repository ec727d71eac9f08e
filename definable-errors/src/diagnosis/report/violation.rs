//! The violations that clients receive: a code, and words. A name that a client sent is only
//! compared
//! with those that are known; the violation does not contain it.

use serde_json::Value;

use crate::diagnosis::serde_error::{Bounds, Fields};
use crate::diagnosis::state::{Fault, SentName};
use crate::problem::{Place, Violation};

/// The maximum number of names in a list.
const MAX_NAMES: usize = 50;

/// Returns the violation for a fault at a place.
pub(super) fn violation(fault: &Fault, place: Place) -> Violation {
    match fault {
        Fault::Type(expected) => {
            Violation::new(place, "type", must_be(expected)).with_param("expected", *expected)
        }
        Fault::Range(Some(bounds)) => range(place, *bounds),
        Fault::Range(None) => Violation::new(place, "range", "is out of range"),
        Fault::Required => Violation::new(place, "required", "is required"),
        Fault::Duplicate => Violation::new(place, "duplicate", "must be given only once"),
        Fault::UnknownField { sent, known } => {
            let suggestion = nearest(sent, known);
            suggested(Violation::new(place, "unknown_field", unknown(suggestion)), suggestion)
        }
        Fault::OneOf { sent, known } => suggested(one_of(place, known), nearest(sent, known)),
        Fault::Length(items) => {
            Violation::new(place, "length", format!("must have exactly {items} items"))
                .with_param("equal", *items)
        }
        Fault::Invalid => Violation::new(place, "invalid", "is not valid"),
    }
}

/// Returns the known name that was most likely meant: one character in three may be wrong. Names are
/// compared only for the faults that the response contains.
fn nearest(sent: &SentName, known: Fields) -> Option<&'static str> {
    let name = sent.0.as_ref()?.to_lowercase();
    let distance = |known: &&'static str| strsim::osa_distance(&name, &known.to_lowercase());
    let best = known.iter().copied().min_by_key(distance)?;
    let chars = name.chars().count().max(best.chars().count());
    (distance(&best) <= chars.div_ceil(3)).then_some(best)
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
    let (words, max) = if bounds.is_u128() {
        (u128::MAX.to_string(), u128::MAX.to_string().into())
    } else {
        (max.to_string(), number(max))
    };
    let violation = Violation::new(place, "range", format!("must be between {min} and {words}"));
    violation.with_param("min", number(min)).with_param("max", max)
}

/// Returns a number, as a text if it has more than 64 bits.
fn number(number: i128) -> Value {
    if let Ok(small) = u64::try_from(number) {
        return small.into();
    }
    i64::try_from(number).map_or_else(|_| number.to_string().into(), Into::into)
}

fn one_of(place: Place, known: Fields) -> Violation {
    let listed = &known[..known.len().min(MAX_NAMES)];
    Violation::new(place, "one_of", format!("must be one of {}", listed.join(", ")))
        .with_param("expected", listed.to_vec())
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
    fn typo_suggests_the_nearest_field_and_nothing_else_does() {
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
            assert_eq!(nearest(&SentName::new(name), KNOWN), expected, "{name}");
        }
    }

    #[test]
    fn bounds_beyond_64_bits_are_texts() {
        let bounds = Bounds::of_type("i128").unwrap();
        let described = violation(&Fault::Range(Some(bounds)), Place::Query("n".into()));
        assert_eq!(described.params()["max"], i128::MAX.to_string());
        let described = violation(&Fault::Range(Bounds::of_type("u128")), Place::Query("n".into()));
        assert_eq!(described.params()["max"], u128::MAX.to_string());
        assert_eq!(number(-1), Value::from(-1));
        assert_eq!(number(255), Value::from(255));
    }
}
