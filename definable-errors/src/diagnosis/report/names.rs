//! From the names of Rust to those on the wire.

use std::collections::HashSet;

use super::rename::is_renamed;
use super::wire_path::{Located, Order, Step};
use crate::diagnosis::input::{Kind, NodeId, Origin, ROOT, Token, Tree, is_same_header};
use crate::diagnosis::serde_error::Fields;
use crate::diagnosis::state::Target;
use crate::problem::Place;

/// The names that one input has for the fields of a value.
pub(super) struct Names<'t> {
    tree: &'t Tree<'t>,
    /// Sorted by node.
    fields: Vec<(NodeId, Fields)>,
    /// The faults, and the places for which placeholders are shown.
    placeholders: Vec<Target>,
    dropped: HashSet<NodeId>,
    /// Fields of adjacently tagged enums: the tag and the content.
    adjacent: HashSet<usize>,
}

/// The result of following a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Whole,
    /// It exists in Rust, but not in the input.
    LeftOut,
    /// It is not known.
    Nothing,
}

/// The node at the end of a path, or the names below the last node that exists.
struct Walk {
    path: Vec<Token>,
    node: Option<NodeId>,
    /// The last node on the path that exists.
    last: NodeId,
    unnamed: Option<String>,
}

impl<'t> Names<'t> {
    pub(super) fn new(
        tree: &'t Tree<'t>,
        mut fields: Vec<(NodeId, Fields)>,
        placeholders: Vec<Target>,
        dropped: HashSet<NodeId>,
        adjacent: HashSet<usize>,
    ) -> Self {
        fields.sort_by_key(|(id, _)| *id);
        Self { tree, fields, placeholders, dropped, adjacent }
    }

    /// Returns the place of the whole input.
    pub(super) fn whole(&self) -> Place {
        self.tree.place(&[])
    }

    pub(super) fn locate(&self, steps: &[Step<'_>]) -> Located {
        let (path, node) = (Vec::with_capacity(steps.len()), Some(ROOT));
        let mut walk = Walk { path, node, last: ROOT, unnamed: None };
        let mut is_placeholder = self.is_placeholder_above(ROOT);
        for (at, step) in steps.iter().enumerate() {
            match self.take(&mut walk, step, &steps[at + 1..]) {
                Taken::Whole => {}
                Taken::LeftOut => continue,
                Taken::Nothing => break,
            }
            is_placeholder |= walk.node.is_some_and(|id| self.is_placeholder_above(id));
        }
        is_placeholder |= match walk.node {
            Some(id) => self.is_placeholder_below(id),
            None => self.is_absent(&walk.path),
        };
        let (place, order) = (self.tree.place(&walk.path), self.order(&walk));
        Located { place, order, unnamed: walk.unnamed, is_placeholder }
    }

    /// Returns the order. What is missing comes after everything that its object has, in the order of
    /// the type.
    fn order(&self, walk: &Walk) -> Order {
        match (walk.node, walk.path.last()) {
            (None, Some(Token::Key(name))) => {
                let fields = self.fields_of(walk.last).unwrap_or_default();
                let at = fields.iter().position(|field| field == name).unwrap_or(usize::MAX);
                Order(self.tree.node(walk.last).last, Some(at))
            }
            _ => Order(walk.last, None),
        }
    }

    /// Follows one step.
    fn take(&self, walk: &mut Walk, step: &Step<'_>, rest: &[Step<'_>]) -> Taken {
        if walk.node.is_some_and(|id| self.is_inside(id, step)) {
            return Taken::Nothing;
        }
        let token = match step {
            Step::Index(index) => self.is_list(walk.node).then_some(Token::Index(*index)),
            Step::Key(key) => Some(Token::Key((*key).to_owned())),
            Step::Field(field) => self
                .entry(walk.node, field)
                .or_else(|| {
                    self.enter_variant(walk);
                    self.enter_content(walk, field);
                    self.name_of(walk.node, field).map(|name| self.wire_name(walk.last, name))
                })
                .or_else(|| self.sent_name(walk.node, field))
                .map(Token::Key),
        };
        let Some(token) = token else {
            if self.is_left_out(walk.node, step, rest) {
                return Taken::LeftOut;
            }
            walk.unnamed = match step {
                Step::Field(name) | Step::Key(name) => Some((*name).to_owned()),
                Step::Index(_) => None,
            };
            return Taken::Nothing;
        };
        walk.node = walk.node.and_then(|id| self.child(id, &token));
        walk.last = walk.node.unwrap_or(walk.last);
        walk.path.push(token);
        Taken::Whole
    }

    /// Returns whether the names of the fields of an object are not known, because some are flattened
    /// into it, or because its tag determines them.
    fn has_unknown_fields(&self, id: NodeId) -> bool {
        self.tree.kind(id) == Kind::Object
            && self.fields_of(id).is_none_or(|it| self.is_adjacent(it))
    }

    fn is_adjacent(&self, fields: Fields) -> bool {
        self.adjacent.contains(&(fields.as_ptr() as usize))
    }

    /// Returns whether the step exists in Rust alone: the field of a newtype, a flattened field, a
    /// variant. A field with another name does not, and may contain the next step.
    fn is_left_out(&self, node: Option<NodeId>, step: &Step<'_>, rest: &[Step<'_>]) -> bool {
        let Some(id) = node else { return false };
        let is_object = self.tree.kind(id) == Kind::Object;
        let (Step::Field(_), [next, ..]) = (step, rest) else {
            return matches!(step, Step::Index(_)) && is_object && !rest.is_empty();
        };
        let holds_next = |child: NodeId| match next {
            Step::Field(field) => self.sent_name(Some(child), field).is_some(),
            Step::Key(key) => self.tree.child(child, key).is_some(),
            Step::Index(_) => matches!(self.tree.kind(child), Kind::Array),
        };
        self.has_unknown_fields(id) && !self.tree.children(id).any(holds_next)
    }

    /// Returns the only sent name that a rule of serde makes of that in Rust, if the names of the type
    /// are not known.
    fn sent_name(&self, node: Option<NodeId>, field: &str) -> Option<String> {
        let id = node.filter(|id| self.has_unknown_fields(*id))?;
        let is_it = |child: &NodeId| {
            let key = self.tree.key(*child);
            let is_header = self.tree.origin == Origin::Header;
            is_renamed(field, &key) || (is_header && is_same_header(field, &key))
        };
        let mut named = self.tree.members(id).filter(is_it);
        let only = named.next().filter(|_| named.next().is_none())?;
        Some(self.tree.key(only).into_owned())
    }

    /// Enters the member with the content of an adjacently tagged enum, which is not on Rust's path.
    fn enter_content(&self, walk: &mut Walk, field: &str) {
        let Some(id) = walk.node else { return };
        if !self.fields_of(id).is_some_and(|fields| self.is_adjacent(fields)) {
            return;
        }
        let is_content = |child: &NodeId| {
            self.name_of(Some(*child), field).is_some()
                || self.sent_name(Some(*child), field).is_some()
        };
        if let Some(content) = self.tree.members(id).find(is_content) {
            walk.path.push(Token::Key(self.tree.key(content).into_owned()));
            walk.node = Some(content);
            walk.last = content;
        }
    }

    /// Returns whether an index is that of an element: rules count the entries of a map, and the field
    /// of a newtype, too.
    fn is_list(&self, node: Option<NodeId>) -> bool {
        node.is_none_or(|id| !matches!(self.tree.kind(id), Kind::Object))
    }

    /// Returns the key of a map that a rule calls a field.
    fn entry(&self, node: Option<NodeId>, name: &str) -> Option<String> {
        let id = node.filter(|id| self.fields_of(*id).is_none())?;
        let is_object = self.tree.kind(id) == Kind::Object && self.tree.origin != Origin::Header;
        (is_object && self.tree.child(id, name).is_some()).then(|| name.to_owned())
    }

    /// Returns whether the client sent one value where the type has parts, which then have no names.
    fn is_inside(&self, id: NodeId, step: &Step<'_>) -> bool {
        match self.tree.kind(id) {
            Kind::Array | Kind::Object => false,
            Kind::Texts => !matches!(step, Step::Index(_)),
            _ => true,
        }
    }

    /// Enters the only member of an object if it is a variant, which is not on Rust's path.
    fn enter_variant(&self, walk: &mut Walk) {
        let Some(id) = walk.node else { return };
        if self.fields_of(id).is_some() || self.tree.kind(id) != Kind::Object {
            return;
        }
        let mut children = self.tree.children(id);
        let (Some(only), None) = (children.next(), children.next()) else { return };
        if self.fields_of(only).is_some() {
            walk.path.push(Token::Key(self.tree.key(only).into_owned()));
            walk.node = Some(only);
            walk.last = only;
        }
    }

    fn fields_of(&self, id: NodeId) -> Option<Fields> {
        let at = self.fields.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.fields[at].1)
    }

    /// Returns the only name of the type that a rule of serde makes of that in Rust; of several, the one
    /// that was sent.
    fn name_of(&self, node: Option<NodeId>, field: &str) -> Option<&'static str> {
        let id = node?;
        let fields = self.fields_of(id)?;
        only(fields.iter().filter(|name| is_renamed(field, name))).or_else(|| {
            let is_sent = |name: &&&str| self.child(id, &Token::Key((**name).to_owned())).is_some();
            only(fields.iter().filter(|name| is_renamed(field, name)).filter(is_sent))
        })
    }

    /// Returns the name of a header field as it is sent: in lower case and with `-`.
    fn wire_name(&self, id: NodeId, name: &str) -> String {
        match self.tree.origin {
            Origin::Header => self.header(id, name).map_or_else(
                || name.to_ascii_lowercase().replace('_', "-"),
                |child| self.tree.key(child).into_owned(),
            ),
            _ => name.to_owned(),
        }
    }

    fn header(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.tree.members(id).find(|child| is_same_header(name, &self.tree.key(*child)))
    }

    fn child(&self, id: NodeId, token: &Token) -> Option<NodeId> {
        match token {
            Token::Key(key) if self.tree.origin == Origin::Header => self.header(id, key),
            Token::Key(key) => self.tree.child(id, key),
            Token::Index(index) => self.tree.children(id).nth(*index),
        }
    }

    /// Returns whether a value is a placeholder, or has other indices because elements were left out.
    fn is_placeholder_above(&self, id: NodeId) -> bool {
        self.placeholders.contains(&Target::At(id))
            || (!self.dropped.is_empty()
                && self.tree.kind(id) == Kind::Array
                && self.tree.children(id).any(|child| self.dropped.contains(&child)))
    }

    fn is_placeholder_below(&self, id: NodeId) -> bool {
        self.placeholders.iter().any(|target| match target {
            Target::At(inner) | Target::Missing(inner, _) => self.tree.contains(id, *inner),
        })
    }

    /// Returns whether the field at the end of a path is missing.
    fn is_absent(&self, path: &[Token]) -> bool {
        let Some((Token::Key(last), _)) = path.split_last() else {
            return false;
        };
        let is_it = |target: &Target| matches!(target, Target::Missing(id, field) if field == last && self.tree.path(*id).len() + 1 == path.len());
        self.placeholders.iter().any(is_it)
    }
}

fn only<'n>(mut names: impl Iterator<Item = &'n &'static str>) -> Option<&'static str> {
    match (names.next(), names.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}
