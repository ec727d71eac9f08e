//! Names for places of the input, and for the types that read them.

use crate::diagnosis::input::NodeId;
use crate::diagnosis::serde_error::{Fields, is_buffer};

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
