use serde::de::Unexpected;

use super::origin::Origin;
use super::session::Session;
use super::tree::{Kind, NodeId};

/// What a value turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(String),
    Array,
    Object,
    Other,
}

impl Given {
    pub(super) fn read(unexpected: Unexpected<'_>) -> Self {
        match unexpected {
            Unexpected::Unit => Self::Null,
            Unexpected::Bool(value) => Self::Bool(value),
            Unexpected::Unsigned(value) => Self::Unsigned(value),
            Unexpected::Signed(value) => Self::Signed(value),
            Unexpected::Float(value) => Self::Float(value),
            Unexpected::Char(value) => Self::Text(value.to_string()),
            Unexpected::Str(value) => Self::Text(value.to_owned()),
            Unexpected::Seq => Self::Array,
            Unexpected::Map => Self::Object,
            _ => Self::Other,
        }
    }
}

impl Session<'_> {
    /// Whether a complaint can speak of what stands at that place.
    pub(super) fn is_given(&self, id: NodeId, given: &Given) -> bool {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Null => *given == Given::Null,
            Kind::True => *given == Given::Bool(true),
            Kind::False => *given == Given::Bool(false),
            Kind::Number => is_number(tree.raw(id), given),
            Kind::String => matches!(given, Given::Text(text) if *text == tree.text(id)),
            Kind::Array => *given == Given::Array,
            Kind::Object => *given == Given::Object,
            Kind::Text if tree.origin == Origin::Header => {
                let line = tree.text(id);
                is_text(&line, given) || line.split(',').any(|part| is_text(part.trim(), given))
            }
            Kind::Text => is_text(&tree.text(id), given),
            Kind::Texts if *given == Given::Array => self.is_shown_as_list(id),
            Kind::Texts => tree.children(id).any(|child| is_text(&tree.text(child), given)),
        }
    }
}

#[expect(clippy::float_cmp, reason = "the same text was read twice")]
fn is_number(text: &str, given: &Given) -> bool {
    match given {
        Given::Unsigned(number) => text.parse() == Ok(*number),
        Given::Signed(number) => text.parse() == Ok(*number),
        Given::Float(number) => text.parse::<f64>().is_ok_and(|value| value == *number),
        _ => false,
    }
}

/// Text may have been read as something else before it was complained about.
fn is_text(text: &str, given: &Given) -> bool {
    match given {
        Given::Text(given) => given == text,
        Given::Bool(value) => text == if *value { "true" } else { "false" },
        number => is_number(text, number),
    }
}
