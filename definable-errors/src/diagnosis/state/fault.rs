//! What is wrong, at which place of the input, and for which type.

use crate::diagnosis::input::NodeId;
use crate::diagnosis::serde_error::{Actual, Bounds, Complaint, Expected, Fields, is_buffer};

/// The place of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    At(NodeId),
    /// A member that an object lacks.
    Missing(NodeId, &'static str),
}

impl Target {
    /// Returns the node, or the object that lacks a member.
    pub(crate) const fn node(self) -> NodeId {
        match self {
            Self::At(id) | Self::Missing(id, _) => id,
        }
    }
}

/// A type, as far as its `Deserialize` can be distinguished from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeId {
    /// The name of the visitor; empty if it is not known.
    pub(crate) visitor: &'static str,
    /// The address of the names of the fields, or of the variants.
    pub(crate) fields: usize,
    /// The variant. Variants whose fields have the same names share visitor and address.
    pub(crate) variant: &'static str,
}

impl TypeId {
    pub(crate) const UNKNOWN: Self = Self { visitor: "", fields: 0, variant: "" };

    pub(crate) fn new(visitor: &'static str, fields: Fields, variant: &'static str) -> Self {
        Self { visitor, fields: fields.as_ptr() as usize, variant }
    }
}

/// A field of a type: the address of the names of all fields, and the name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct FieldId {
    pub(crate) fields: usize,
    pub(crate) field: &'static str,
}

/// A visitor that reads a value, and the field that it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Reader {
    pub(crate) visitor: &'static str,
    pub(crate) field: FieldId,
}

impl Reader {
    /// Returns whether the value is buffered, so that its type is not known.
    pub(super) fn is_buffer(self) -> bool {
        is_buffer(self.visitor)
    }
}

/// Longer names are not compared with the known ones, because a name of that length is no typo.
const MAX_CHARS: usize = 64;

/// One thing that is wrong at a place. Clients receive nothing of a name that they sent; it is only
/// compared with those that are known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    Type(&'static str),
    Range(Option<Bounds>),
    Required,
    Duplicate,
    UnknownField { sent: SentName, known: Fields },
    OneOf { sent: SentName, known: Fields },
    Length(usize),
    Invalid,
}

/// The name that a client sent in place of a known one, unless it is too long to be a typo.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct SentName(pub(crate) Option<Box<str>>);

impl SentName {
    pub(crate) fn new(name: &str) -> Self {
        let is_comparable = (1..=MAX_CHARS).contains(&name.chars().count());
        Self(is_comparable.then(|| name.into()))
    }
}

impl Fault {
    /// Returns the fault of a value that is not of the expected type.
    pub(crate) fn expected(expected: Expected) -> Self {
        expected.type_name().map_or(Self::Invalid, Self::Type)
    }

    pub(crate) fn unknown_field(name: &str, known: Fields) -> Self {
        Self::UnknownField { sent: SentName::new(name), known }
    }

    pub(crate) fn one_of(name: Option<&str>, known: Fields) -> Self {
        Self::OneOf { sent: name.map(SentName::new).unwrap_or_default(), known }
    }

    /// Returns the fault of the name of a member.
    pub(crate) fn of_key(complaint: &Complaint) -> Self {
        match complaint {
            Complaint::UnknownField { name, known } => Self::unknown_field(name, known),
            Complaint::UnknownVariant { name, known } => Self::one_of(Some(name), known),
            Complaint::Value { expected, .. } => Self::expected(*expected),
            _ => Self::Invalid,
        }
    }

    /// Returns the fault of a value that is the rejected one.
    pub(crate) fn of_value(actual: &Actual, expected: Expected) -> Self {
        match (actual, expected) {
            (Actual::Unsigned(_) | Actual::Signed(_), Expected::Integer(bounds)) => {
                // An integer that must not be zero has bounds that contain zero.
                let is_zero = *actual == Actual::Unsigned(0);
                Self::Range(bounds.filter(|bounds| !bounds.contain(0) || !is_zero))
            }
            // The value has the right type and is rejected all the same.
            (Actual::Text(_), Expected::Text | Expected::Character)
            | (Actual::Array, Expected::Array)
            | (Actual::Object, Expected::Object) => Self::Invalid,
            _ => Self::expected(expected),
        }
    }

    /// Returns the steps of a diagnosis that describing it takes.
    pub(crate) const fn steps(&self) -> usize {
        match self {
            Self::UnknownField { known, .. } | Self::OneOf { known, .. } => 5 * known.len(),
            _ => 1,
        }
    }
}
