use std::borrow::Cow;
use std::collections::HashSet;

use super::origin::{Origin, Token};
use super::unescape::unescape;
use crate::problem::Place;

/// What a client sent, as it stands there: duplicate keys and the text of numbers are kept.
///
/// Nodes stand in the order of the input, so a node's descendants are the numbers after its own.
#[derive(Debug)]
pub(crate) struct Tree<'i> {
    pub(super) origin: Origin,
    pub(super) text: &'i str,
    /// Names and texts that no single text holds; spans of such a tree are numbers of these.
    pub(super) pairs: Vec<Cow<'i, str>>,
    pub(super) nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeId(pub(super) u32);

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) parent: NodeId,
    /// The place among the parent's children, from 0.
    pub(super) position: u32,
    /// The next child of the same parent.
    pub(super) next: Option<NodeId>,
    /// The last descendant, or the node itself.
    pub(super) last: NodeId,
    pub(super) key: Span,
    pub(super) text: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
    /// Untyped text, of a form or of a part of the head.
    Text,
    /// All texts of one name.
    Texts,
}

/// From where to where in the text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

pub(super) const ROOT: NodeId = NodeId(0);

impl Tree<'_> {
    /// The place that a violation names. Outside of bodies the whole has no name: it is that of the
    /// only part, where there is one.
    pub(super) fn place(&self, path: &[Token]) -> Place {
        let has_names = matches!(self.origin, Origin::Path | Origin::Query | Origin::Header);
        match self.first_child(ROOT) {
            Some(only) if has_names && path.is_empty() && self.node(only).next.is_none() => {
                self.origin.place(&[Token::Key(self.key(only).into_owned())])
            }
            _ => self.origin.place(path),
        }
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != ROOT).then(|| self.node(id).parent)
    }

    pub(super) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        (self.node(id).last > id).then_some(NodeId(id.0 + 1))
    }

    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |child| self.node(*child).next)
    }

    /// The node itself and everything below it.
    pub(super) fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..=self.node(id).last.0).map(NodeId)
    }

    pub(super) fn contains(&self, id: NodeId, inner: NodeId) -> bool {
        (id..=self.node(id).last).contains(&inner)
    }

    pub(super) fn child(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.members(id).find(|child| self.key(*child) == key)
    }

    /// The children of an object. Those of lists have no names.
    pub(super) fn members(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(move |_| self.kind(id) == Kind::Object)
    }

    /// The name under which a member stands in its object.
    pub(super) fn key(&self, id: NodeId) -> Cow<'_, str> {
        let span = self.node(id).key;
        match self.kind(id) {
            Kind::Texts => Cow::Borrowed(&self.pairs[span.start as usize]),
            _ => unescape(self.slice(span)),
        }
    }

    /// The text of a string or number.
    pub(super) fn text(&self, id: NodeId) -> Cow<'_, str> {
        let Node { kind, text, .. } = *self.node(id);
        match kind {
            Kind::Text => Cow::Borrowed(&self.pairs[text.start as usize]),
            Kind::String => unescape(self.slice(Span { start: text.start + 1, end: text.end - 1 })),
            _ => Cow::Borrowed(self.slice(text)),
        }
    }

    /// The numbers of at most three digits.
    pub(super) fn small_numbers(&self) -> HashSet<u64> {
        let ids = self.subtree(ROOT).filter(|id| matches!(self.kind(*id), Kind::Number));
        ids.filter_map(|id| self.raw(id).parse().ok()).filter(|number| *number < 1000).collect()
    }

    /// What stands in the input, letter by letter.
    pub(super) fn raw(&self, id: NodeId) -> &str {
        self.slice(self.node(id).text)
    }

    fn slice(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The way from the root, in the client's names.
    pub(super) fn path(&self, id: NodeId) -> Vec<Token> {
        let mut path = Vec::new();
        let mut next = id;
        while let Some(parent) = self.parent(next) {
            path.push(match self.kind(parent) {
                Kind::Object => Token::Key(self.key(next).into_owned()),
                _ => Token::Index(self.node(next).position as usize),
            });
            next = parent;
        }
        path.reverse();
        path
    }
}
