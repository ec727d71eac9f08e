//! Buffered texts that replays read as something else.
//!
//! A form, a query, a path and a header consist of texts, and each is parsed as the type requests. For
//! `flatten` and for tagged and untagged enums serde buffers values before a type requests anything,
//! so a text stays a text, and `u16` rejects it. If a buffered text is rejected for something as which
//! it can be parsed, the next replay parses it.

use std::collections::{BTreeMap, BTreeSet};

use super::value::{Value, from_text};
use crate::diagnosis::input::{NodeId, Origin};
use crate::diagnosis::serde_error::Expected;

/// What a buffered text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TextAs {
    Integer,
    Number,
    Bool,
    /// All texts of the name as a list, though there may be only one.
    List,
    /// An empty text as an optional number that is absent.
    Null,
}

impl TextAs {
    /// Reads a text, or returns `None` if it is not written like this.
    pub(crate) fn read(self, text: &str, origin: Origin) -> Option<Value<'static>> {
        let is_form = matches!(origin, Origin::Form | Origin::Query);
        let expected = match self {
            Self::Integer => Expected::Integer(None),
            Self::Number => Expected::Number,
            Self::Bool => Expected::Bool,
            Self::List => return None,
            Self::Null => return (is_form && text.is_empty()).then_some(Value::Null),
        };
        match from_text(text.into(), expected, is_form) {
            Ok(Value::Unsigned(number)) => Some(Value::Unsigned(number)),
            Ok(Value::Signed(number)) => Some(Value::Signed(number)),
            Ok(Value::Float(number)) => Some(Value::Float(number)),
            Ok(Value::Bool(value)) => Some(Value::Bool(value)),
            _ => None,
        }
    }
}

/// The texts that are read as something else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pub(crate) read_as: BTreeMap<NodeId, TextAs>,
    pub(crate) tried: BTreeSet<(NodeId, TextAs)>,
    /// Those that are certainly rejected as texts.
    pub(crate) needed: BTreeSet<NodeId>,
    /// The one that was read as a text again in the last replay.
    pub(crate) taken_back: Option<(NodeId, TextAs)>,
}

impl Texts {
    pub(crate) fn read_as(&self, id: NodeId) -> Option<TextAs> {
        if self.read_as.is_empty() {
            return None;
        }
        self.read_as.get(&id).copied()
    }
}
