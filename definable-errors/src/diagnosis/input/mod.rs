//! The input as a tree: what the client sent, with every duplicate member and the text of every number.

mod json;
mod node;
mod origin;
mod pairs;
mod tree;

pub(crate) use self::json::Malformed;
pub(crate) use self::node::{Kind, NodeId, ROOT};
pub(crate) use self::origin::{Origin, Token, is_same_header};
pub(crate) use self::tree::Tree;
