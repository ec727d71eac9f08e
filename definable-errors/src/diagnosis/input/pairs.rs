//! The nodes of names and texts: of a form, a query, the parameters of a path, or header fields.

use std::borrow::Cow;
use std::collections::HashMap;

use super::node::{Kind, Node, NodeId, ROOT, Span};

/// Nodes, and the names and texts to whose numbers the spans of the nodes refer.
pub(super) struct Pairs<'i> {
    pub(super) texts: Vec<Cow<'i, str>>,
    pub(super) nodes: Vec<Node>,
}

impl<'i> Pairs<'i> {
    /// Reads pairs. The texts of one name are put together, where the name occurs first.
    pub(super) fn read(pairs: impl IntoIterator<Item = (Cow<'i, str>, Cow<'i, str>)>) -> Self {
        let mut read = Self { texts: Vec::new(), nodes: Vec::new() };
        read.push(Kind::Object, ROOT, 0, 0);
        let mut previous = None;
        for (position, (key, texts)) in grouped(pairs).into_iter().enumerate() {
            let group = read.push_group(position, key, texts);
            read.link(previous, group);
            previous = Some(group);
        }
        read
    }

    fn push_group(
        &mut self,
        position: usize,
        key: Cow<'i, str>,
        texts: Vec<Cow<'i, str>>,
    ) -> NodeId {
        let group = self.push(Kind::Texts, ROOT, position, self.texts.len());
        self.texts.push(key);
        let mut previous = None;
        for (position, text) in texts.into_iter().enumerate() {
            let child = self.push(Kind::Text, group, position, self.texts.len());
            self.texts.push(text);
            self.link(previous, child);
            previous = Some(child);
        }
        group
    }

    fn push(&mut self, kind: Kind, parent: NodeId, position: usize, pair: usize) -> NodeId {
        let id = NodeId(small(self.nodes.len()));
        let at = Span { start: small(pair), end: 0 };
        let position = small(position);
        self.nodes.push(Node { kind, parent, position, next: None, last: id, key: at, text: at });
        for above in [parent, ROOT] {
            self.nodes[above.0 as usize].last = id;
        }
        id
    }

    fn link(&mut self, previous: Option<NodeId>, next: NodeId) {
        if let Some(previous) = previous {
            self.nodes[previous.0 as usize].next = Some(next);
        }
    }
}

type Group<'i> = (Cow<'i, str>, Vec<Cow<'i, str>>);

fn grouped<'i>(pairs: impl IntoIterator<Item = (Cow<'i, str>, Cow<'i, str>)>) -> Vec<Group<'i>> {
    let mut groups: Vec<Group<'i>> = Vec::new();
    let mut known = HashMap::new();
    for (key, text) in pairs {
        let place = *known.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, texts)) => texts.push(text),
            None => groups.push((key, vec![text])),
        }
    }
    groups
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("a request has fewer pairs than 4 GiB has bytes")
}
