use super::bounds::Bounds;
use super::fault::Fault;
use super::wanted::Wanted;

/// What a type asks for before it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    Any,
    Bool,
    /// Its bounds, when the type is one of the language's own and nothing narrower.
    Integer(Option<Bounds>),
    Float,
    Char,
    Text,
    Bytes,
    Unit,
    Array,
    Tuple(usize),
    Object,
    /// One of so many variants.
    Enum(usize),
}

impl Hint {
    /// What is wrong with a value of another kind.
    pub(super) fn fault(self) -> Fault {
        Fault::wanted(match self {
            Self::Any | Self::Enum(_) => Wanted::Other,
            Self::Bool => Wanted::Bool,
            Self::Integer(bounds) => Wanted::Integer(bounds),
            Self::Float => Wanted::Number,
            Self::Char => Wanted::Character,
            Self::Text | Self::Bytes => Wanted::Text,
            Self::Unit => Wanted::Null,
            Self::Array | Self::Tuple(_) => Wanted::Array,
            Self::Object => Wanted::Object,
        })
    }
}
