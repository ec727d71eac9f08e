//! The nodes of a tree.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// The node of the whole input.
pub(crate) const ROOT: NodeId = NodeId(0);

/// One value of the input. Nodes are numbered in the order of the input, so the descendants of a node
/// have the numbers after its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) parent: NodeId,
    /// The position among the children of the parent, from 0.
    pub(crate) position: u32,
    /// The next child of the same parent.
    pub(crate) next: Option<NodeId>,
    /// The last descendant, or the node itself.
    pub(crate) last: NodeId,
    pub(crate) key: Span,
    pub(crate) text: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
    /// Untyped text of a form, a query, a path or a header field.
    Text,
    /// All texts of one name.
    Texts,
}

/// The start and the end of a part of the text, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}
