//! The values that are shown in place of wrong and missing ones.

use std::borrow::Cow;

use super::fault::Target;
use super::value::Value;
use crate::diagnosis::serde_error::{Actual, Expected};

/// The number of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlaceholderId(pub(crate) usize);

/// What is shown in place of a value that is wrong or missing.
#[derive(Debug, Clone)]
pub(crate) struct Placeholder {
    pub(crate) target: Target,
    /// What is expected, if a complaint said so. Where serde buffers, nothing is requested.
    pub(crate) expected: Option<Expected>,
    /// The value that was shown last where nothing was requested.
    pub(crate) shown: Option<Actual>,
    /// How often a complaint said what is expected.
    pub(crate) changes: usize,
    /// How many of the values shown to buffers were rejected.
    pub(crate) rejected: usize,
    /// The members that an object of placeholders was found to lack.
    pub(crate) members: Vec<(&'static str, PlaceholderId)>,
}

impl Placeholder {
    pub(crate) const fn new(target: Target, expected: Option<Expected>) -> Self {
        Self { target, expected, shown: None, changes: 0, rejected: 0, members: Vec::new() }
    }

    /// Returns the value after `rejected` others that were rejected. `number` is a number that the
    /// input does not contain.
    pub(super) fn value(
        &self,
        id: PlaceholderId,
        requested: Expected,
        rejected: usize,
        number: impl FnOnce() -> u64,
    ) -> Option<Value<'static>> {
        // A value of its own shows which placeholder a complaint is about.
        let own_text = || Some(Value::Text(format!("a{}", id.0).into()));
        match (requested, self.expected) {
            (Expected::Any, None | Some(Expected::Text)) if rejected == 0 => own_text(),
            (Expected::Any, None) => nth_value(Expected::Any, rejected - 1),
            (Expected::Any, Some(Expected::Integer(_) | Expected::Number)) if rejected == 0 => {
                Some(Value::Unsigned(number()))
            }
            (Expected::Any, Some(numeric @ (Expected::Integer(_) | Expected::Number))) => {
                nth_value(numeric, rejected - 1)
            }
            (Expected::Any, Some(expected)) => nth_value(expected, rejected),
            (Expected::Text, Some(expected @ Expected::OneOf(names))) => {
                let other = || nth_value(requested, rejected - names.len());
                nth_value(expected, rejected).or_else(other)
            }
            _ => nth_value(requested, rejected),
        }
    }
}

/// Texts that many types accept, the likeliest first.
const TEXTS: [&str; 23] = [
    "a",
    "00000000-0000-4000-8000-000000000000",
    "2000-01-01T00:00:00Z",
    "2000-01-01",
    "2000-01-01T00:00:00",
    "00:00:00",
    "http://a.example/",
    "a@a.example",
    "127.0.0.1",
    "::1",
    "127.0.0.1:80",
    "1",
    "true",
    "1.5",
    "en",
    "EUR",
    "aa",
    "00000000000000000000000000000000",
    "1s",
    "PT1S",
    "1.0.0",
    "UTC",
    "",
];

const INTEGERS: [u64; 2] = [1, 10];
const NUMBERS: [f64; 2] = [1.0, 0.5];

/// The maximum number of values for a type of which only the number of parts is known.
const MAX_TRIES: usize = 32;

/// Returns the placeholder for a type after `rejected` others that were rejected.
fn nth_value(expected: Expected, rejected: usize) -> Option<Value<'static>> {
    let text = |at: usize| TEXTS.get(at).map(|text| Value::Text(Cow::Borrowed(text)));
    match expected {
        Expected::Any => any_value(rejected),
        Expected::Bool => [false, true].get(rejected).map(|value| Value::Bool(*value)),
        Expected::Integer(_) => INTEGERS.get(rejected).map(|value| Value::Unsigned(*value)),
        Expected::Number => NUMBERS.get(rejected).map(|value| Value::Float(*value)),
        Expected::Character | Expected::Text | Expected::Bytes => text(rejected),
        Expected::Null => (rejected == 0).then_some(Value::Null),
        Expected::Array => (rejected < 2).then_some(Value::Array(rejected)),
        Expected::Tuple(count) => (rejected < MAX_TRIES).then_some(Value::Array(count)),
        Expected::Object => (rejected < MAX_TRIES).then_some(Value::Object),
        Expected::Variant(count) => (rejected < count.max(1)).then_some(Value::Variant(rejected)),
        Expected::OneOf(names) => names.get(rejected).map(|name| Value::Text(Cow::Borrowed(name))),
    }
}

fn any_value(rejected: usize) -> Option<Value<'static>> {
    match rejected {
        0 => Some(Value::Text(Cow::Borrowed("a"))),
        1 => Some(Value::Unsigned(1)),
        2 => Some(Value::Object),
        _ => None,
    }
}
