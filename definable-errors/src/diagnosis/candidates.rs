//! What stands in for values, the likeliest first.

use std::borrow::Cow;

use super::hint::Hint;
use super::offer::Offer;
use super::wanted::Wanted;

/// Texts that types of their own are made from, the likeliest first.
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

/// More values than these are never asked of one place.
const MANY: [usize; 2] = [0, 1];

/// For a type that says what it asks for.
pub(super) fn candidate(hint: Hint, number: usize) -> Option<Offer<'static>> {
    let text = |number: usize| TEXTS.get(number).map(|text| Offer::Text(Cow::Borrowed(*text)));
    match hint {
        Hint::Any => any_candidate(number),
        Hint::Bool => [false, true].get(number).map(|value| Offer::Bool(*value)),
        Hint::Integer(_) => INTEGERS.get(number).map(|value| Offer::Unsigned(*value)),
        Hint::Float => NUMBERS.get(number).map(|value| Offer::Float(*value)),
        Hint::Char | Hint::Text | Hint::Bytes => text(number),
        Hint::Unit => (number == 0).then_some(Offer::Unit),
        Hint::Array => MANY.get(number).map(|count| Offer::Array(*count)),
        Hint::Tuple(count) => (number < 32).then_some(Offer::Array(count)),
        Hint::Object => (number < 32).then_some(Offer::Object),
        Hint::Enum(count) => (number < count.max(1)).then_some(Offer::Variant(number)),
    }
}

/// A stand-in where the type says nothing before it looks.
pub(super) fn any_candidate(number: usize) -> Option<Offer<'static>> {
    match number {
        0 => Some(Offer::Text(Cow::Borrowed("a"))),
        1 => Some(Offer::Unsigned(1)),
        2 => Some(Offer::Object),
        3 => Some(Offer::Array(0)),
        4 => Some(Offer::Bool(true)),
        5 => Some(Offer::Unit),
        6 => Some(Offer::Float(1.5)),
        _ => None,
    }
}

/// For a type that said it when it refused another one.
pub(super) fn wanted_candidate(wanted: Wanted, number: usize) -> Option<Offer<'static>> {
    match wanted {
        Wanted::Null => candidate(Hint::Unit, number),
        Wanted::Bool => candidate(Hint::Bool, number),
        Wanted::Integer(_) => candidate(Hint::Integer(None), number),
        Wanted::Number => candidate(Hint::Float, number),
        Wanted::Character | Wanted::Text => candidate(Hint::Text, number),
        Wanted::Array => candidate(Hint::Array, number),
        Wanted::Object => candidate(Hint::Object, number),
        Wanted::Name(names) => names.get(number).map(|name| Offer::Text(Cow::Borrowed(name))),
        Wanted::Other => any_candidate(number),
    }
}
