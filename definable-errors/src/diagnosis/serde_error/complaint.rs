//! What a type rejected.

use super::actual::Actual;
use super::expected::{Expected, Fields};

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
