//! The values that visitors receive, and scalars of the input as the types that are expected
//! there.

use std::borrow::Cow;

use serde::de::Visitor;

use super::fault::Fault;
use crate::diagnosis::input::{Kind, NodeId, Tree};
use crate::diagnosis::serde_error::{Actual, Bounds, Expected, ReplayError};

/// A value that a visitor receives: one of the input, or of a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'t> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Big(i128),
    BigUnsigned(u128),
    Float(f64),
    Text(Cow<'t, str>),
    Bytes(Cow<'t, str>),
    /// A list of this many placeholders.
    Array(usize),
    /// An object of placeholders.
    Object,
    /// The variant with this number, with a placeholder for its content.
    Variant(usize),
}

impl Value<'_> {
    /// Returns how a complaint describes the value.
    pub(crate) fn actual(&self) -> Actual {
        match self {
            Self::Null => Actual::Null,
            Self::Bool(value) => Actual::Bool(*value),
            Self::Unsigned(value) => Actual::Unsigned(*value),
            Self::Signed(value) => Actual::Signed(*value),
            Self::Float(value) => Actual::Float(*value),
            Self::Text(value) => Actual::Text(value.clone().into_owned()),
            Self::Array(_) => Actual::Array,
            Self::Object => Actual::Object,
            _ => Actual::Other,
        }
    }

    /// Gives a scalar to a visitor. The deserializer gives lists, objects and variants itself.
    pub(crate) fn visit<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReplayError> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Unsigned(value) => visitor.visit_u64(value),
            Self::Signed(value) => visitor.visit_i64(value),
            Self::Big(value) => visitor.visit_i128(value),
            Self::BigUnsigned(value) => visitor.visit_u128(value),
            Self::Float(value) => visitor.visit_f64(value),
            Self::Text(value) => visitor.visit_str(&value),
            Self::Bytes(value) => visitor.visit_bytes(value.as_bytes()),
            Self::Null | Self::Array(_) | Self::Object | Self::Variant(_) => visitor.visit_unit(),
        }
    }
}

/// Reads a value of JSON as the expected type.
pub(crate) fn from_json<'t>(
    tree: &'t Tree<'_>,
    id: NodeId,
    expected: Expected,
) -> Result<Value<'t>, Fault> {
    match (tree.kind(id), expected) {
        (Kind::Null, Expected::Any | Expected::Null) => Ok(Value::Null),
        (Kind::True, Expected::Any | Expected::Bool) => Ok(Value::Bool(true)),
        (Kind::False, Expected::Any | Expected::Bool) => Ok(Value::Bool(false)),
        (Kind::Number, Expected::Any | Expected::Number | Expected::Integer(None)) => {
            number(tree.raw(id))
        }
        (Kind::Number, Expected::Integer(Some(bounds))) => integer(tree.raw(id), bounds),
        (Kind::String, Expected::Any | Expected::Text) => Ok(Value::Text(tree.text(id))),
        (Kind::String, Expected::Character) => character(tree.text(id)),
        (Kind::String, Expected::Bytes) => Ok(Value::Bytes(tree.text(id))),
        _ => Err(Fault::expected(expected)),
    }
}

/// Reads any JSON number, as `serde_json` does.
fn number<'t>(text: &str) -> Result<Value<'t>, Fault> {
    if let Ok(value) = text.parse() {
        return Ok(Value::Unsigned(value));
    }
    if let (Ok(value), false) = (text.parse(), text == "-0") {
        return Ok(Value::Signed(value));
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Value::Float(value)),
        _ => Err(Fault::Range(None)),
    }
}

/// Reads a JSON number as an integer. To `serde_json` `-0` is a float, unless it reads 128 bits.
fn integer<'t>(text: &str, bounds: Bounds) -> Result<Value<'t>, Fault> {
    let is_float = text == "-0" && bounds.min != i128::MIN;
    let is_integer = !is_float && !text.contains(['.', 'e', 'E']);
    if is_integer { bounded(text, bounds) } else { Err(Fault::Type("integer")) }
}

/// Reads the text of an integer.
fn bounded<'t>(text: &str, bounds: Bounds) -> Result<Value<'t>, Fault> {
    if let (Ok(value), true) = (text.parse::<u128>(), bounds.is_u128()) {
        return Ok(Value::BigUnsigned(value));
    }
    let Some(value) = text.parse::<i128>().ok().filter(|value| bounds.contain(*value)) else {
        return Err(Fault::Range(Some(bounds)));
    };
    Ok(match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => Value::Unsigned(value),
        (_, Ok(value)) => Value::Signed(value),
        _ => Value::Big(value),
    })
}

fn character(text: Cow<'_, str>) -> Result<Value<'_>, Fault> {
    match text.chars().count() {
        1 => Ok(Value::Text(text)),
        _ => Err(Fault::Type("character")),
    }
}

/// Reads the name of a member, a field or a variant. The keys of maps may be numbers.
pub(crate) fn from_name<'t>(
    name: impl Into<Cow<'t, str>>,
    expected: Expected,
) -> Result<Value<'t>, Fault> {
    let name = name.into();
    match expected {
        Expected::Bool | Expected::Integer(_) | Expected::Number => {
            from_text(name, expected, false)
        }
        _ => Ok(Value::Text(name)),
    }
}

/// Parses a text as the expected type by `FromStr`, as forms and paths do.
pub(crate) fn from_text(
    text: Cow<'_, str>,
    expected: Expected,
    is_form: bool,
) -> Result<Value<'_>, Fault> {
    match expected {
        Expected::Bool => match &*text {
            "true" => Ok(Value::Bool(true)),
            "on" if is_form => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(Fault::expected(expected)),
        },
        Expected::Integer(bounds) => text_integer(&text, bounds),
        Expected::Number => text.parse().map(Value::Float).map_err(|_| Fault::expected(expected)),
        Expected::Character => character(text),
        Expected::Null | Expected::Array | Expected::Tuple(_) | Expected::Object => {
            Err(Fault::expected(expected))
        }
        Expected::Any
        | Expected::Text
        | Expected::Bytes
        | Expected::Variant(_)
        | Expected::OneOf(_) => Ok(Value::Text(text)),
    }
}

fn text_integer<'t>(text: &str, bounds: Option<Bounds>) -> Result<Value<'t>, Fault> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match (is_integer, bounds) {
        (false, _) => Err(Fault::Type("integer")),
        // `FromStr` of an unsigned type refuses the sign, even that of `-0`.
        (true, Some(bounds)) if bounds.min >= 0 && text.starts_with('-') => {
            Err(Fault::Range(Some(bounds)))
        }
        (true, Some(bounds)) => bounded(text, bounds),
        (true, None) => number(text.strip_prefix('+').unwrap_or(text)),
    }
}

pub(crate) fn part_of(text: Cow<'_, str>, (start, end): (u32, u32)) -> Cow<'_, str> {
    let (start, end) = (start as usize, end as usize);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
        Cow::Owned(text) => Cow::Owned(text[start..end].to_owned()),
    }
}
