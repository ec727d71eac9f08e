//! Texts for people, in place of JSON, before they are escaped for their context.

use serde_json::Value;

use crate::problem::Violation;

/// Writes a violation as a line, such as `body #/qty: must be an integer (type)`.
pub(super) fn violation(violation: &Violation) -> String {
    format!("{}: {} ({})", place(violation), violation.detail(), violation.code())
}

/// Writes where a violation is, such as `body #/qty` or `query page`.
pub(super) fn place(violation: &Violation) -> String {
    let (place, _, name) = violation.place().parts();
    format!("{place} {name}")
}

/// Writes a value: a text unchanged, a list of plain values with commas, anything else as JSON.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if is_simple(value) => {
            items.iter().map(self::value).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Whether a value is readable without JSON: it is neither an object nor a list of lists or
/// objects.
pub(super) fn is_simple(value: &Value) -> bool {
    let is_nested = |value: &Value| value.is_array() || value.is_object();
    match value {
        Value::Object(_) => false,
        Value::Array(items) => !items.iter().any(is_nested),
        _ => true,
    }
}
