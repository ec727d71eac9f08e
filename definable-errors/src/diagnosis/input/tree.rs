//! The tree of an input.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::{self, Malformed};
use super::node::{Kind, Node, NodeId, ROOT, Span};
use super::origin::{Origin, Token, is_same_header};
use super::pairs::Pairs;
use crate::problem::Place;

/// What a client sent, as it was sent: duplicate members and the texts of numbers are preserved.
#[derive(Debug)]
pub(crate) struct Tree<'i> {
    pub(crate) origin: Origin,
    text: &'i str,
    /// The names and texts of an input that consists of pairs.
    texts: Vec<Cow<'i, str>>,
    nodes: Vec<Node>,
}

impl<'i> Tree<'i> {
    /// Reads JSON (RFC 8259).
    pub(crate) fn json(input: &'i [u8]) -> Result<Self, Malformed> {
        let text = Self::utf8(input)?;
        Ok(Self { origin: Origin::Body, text, texts: Vec::new(), nodes: json::nodes(input)? })
    }

    /// Reads names and texts: a form, a query, the parameters of a path, header fields.
    pub(crate) fn pairs(
        origin: Origin,
        pairs: impl IntoIterator<Item = (Cow<'i, str>, Cow<'i, str>)>,
    ) -> Self {
        let Pairs { texts, nodes } = Pairs::read(pairs);
        Self { origin, text: "", texts, nodes }
    }

    /// Returns the input as text.
    pub(crate) fn utf8(input: &[u8]) -> Result<&str, Malformed> {
        json::utf8(input)
    }

    /// Returns an error if the input is not JSON. The memory does not grow with the input.
    pub(crate) fn check(input: &[u8]) -> Result<(), Malformed> {
        json::utf8(input)?;
        json::check(input)
    }

    /// Returns the texts of the first `count` elements of an array, or `None` if the input is not an
    /// array.
    pub(crate) fn elements(input: &[u8], count: usize) -> Result<Option<Vec<&str>>, Malformed> {
        let text = json::utf8(input)?;
        let slice = |span: Span| &text[span.start as usize..span.end as usize];
        let elements = json::elements(input, count)?;
        Ok(elements.map(|elements| elements.into_iter().map(slice).collect()))
    }
}

impl Tree<'_> {
    /// Returns the place that a violation names. Outside of bodies the whole input has no name, so the
    /// only part is named, if there is only one.
    pub(crate) fn place(&self, path: &[Token]) -> Place {
        let has_names = matches!(self.origin, Origin::Path | Origin::Query | Origin::Header);
        match self.first_child(ROOT) {
            Some(only) if has_names && path.is_empty() && self.node(only).next.is_none() => {
                self.origin.place(&[Token::Key(self.key(only).into_owned())])
            }
            _ => self.origin.place(path),
        }
    }

    /// Returns the number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    pub(crate) fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != ROOT).then(|| self.node(id).parent)
    }

    pub(crate) fn first_child(&self, id: NodeId) -> Option<NodeId> {
        (self.node(id).last > id).then_some(NodeId(id.0 + 1))
    }

    pub(crate) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(id), |child| self.node(*child).next)
    }

    /// Returns the node and all of its descendants.
    pub(crate) fn subtree(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..=self.node(id).last.0).map(NodeId)
    }

    pub(crate) fn contains(&self, id: NodeId, inner: NodeId) -> bool {
        (id..=self.node(id).last).contains(&inner)
    }

    pub(crate) fn child(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.members(id).find(|child| self.key(*child) == key)
    }

    /// Returns the children of an object, and none for a list, whose children have no names.
    pub(crate) fn members(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(move |_| self.kind(id) == Kind::Object)
    }

    /// Returns the name of a member.
    pub(crate) fn key(&self, id: NodeId) -> Cow<'_, str> {
        let span = self.node(id).key;
        match self.kind(id) {
            Kind::Texts => Cow::Borrowed(&self.texts[span.start as usize]),
            _ => unescape(self.slice(span)),
        }
    }

    /// Returns the field that a member is, if it is one of these.
    pub(crate) fn field(
        &self,
        id: NodeId,
        fields: &'static [&'static str],
    ) -> Option<&'static str> {
        if fields.is_empty() {
            return None;
        }
        let key = self.key(id);
        let is_header = self.origin == Origin::Header;
        let is_it =
            |field: &&&'static str| **field == key || (is_header && is_same_header(field, &key));
        fields.iter().find(is_it).copied()
    }

    /// Returns the only text at a node that has texts.
    pub(crate) fn only_text(&self, id: NodeId) -> Option<NodeId> {
        match (self.kind(id), self.first_child(id)) {
            (Kind::Text, _) => Some(id),
            (Kind::Texts, Some(only)) if self.node(only).next.is_none() => Some(only),
            _ => None,
        }
    }

    /// Returns the text of a string or number.
    pub(crate) fn text(&self, id: NodeId) -> Cow<'_, str> {
        let Node { kind, text, .. } = *self.node(id);
        match kind {
            Kind::Text => Cow::Borrowed(&self.texts[text.start as usize]),
            Kind::String => unescape(self.slice(Span { start: text.start + 1, end: text.end - 1 })),
            _ => Cow::Borrowed(self.slice(text)),
        }
    }

    /// Returns the numbers of at most three digits.
    pub(crate) fn small_numbers(&self) -> HashSet<u64> {
        let ids = self.subtree(ROOT).filter(|id| matches!(self.kind(*id), Kind::Number));
        ids.filter_map(|id| self.raw(id).parse().ok()).filter(|number| *number < 1000).collect()
    }

    /// Returns the value as it is written in the input.
    pub(crate) fn raw(&self, id: NodeId) -> &str {
        self.slice(self.node(id).text)
    }

    fn slice(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// Returns the path from the root, in the client's names.
    pub(crate) fn path(&self, id: NodeId) -> Vec<Token> {
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

/// Returns the text of a well-formed JSON string (RFC 8259 §7).
fn unescape(raw: &str) -> Cow<'_, str> {
    // Names are short, so a loop takes less time than a search function.
    let Some(first) = raw.bytes().position(|byte| byte == b'\\') else {
        return Cow::Borrowed(raw);
    };
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut next = first;
    loop {
        text.push_str(&rest[..next]);
        let (letter, used) = escaped(&rest[next + 1..]);
        text.push(letter);
        rest = &rest[next + 1 + used..];
        match rest.find('\\') {
            Some(found) => next = found,
            None => break,
        }
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Returns the character of an escape, and the number of bytes after the backslash.
fn escaped(after: &str) -> (char, usize) {
    match after.as_bytes()[0] {
        b'b' => ('\u{8}', 1),
        b'f' => ('\u{c}', 1),
        b'n' => ('\n', 1),
        b'r' => ('\r', 1),
        b't' => ('\t', 1),
        b'u' => code_point(&after[1..]),
        letter => (char::from(letter), 1),
    }
}

fn code_point(digits: &str) -> (char, usize) {
    let first = unit(digits);
    if let Some(letter) = char::from_u32(first) {
        return (letter, 5);
    }
    let second = unit(&digits[6..]);
    let letter = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    (char::from_u32(letter).expect("the parser takes pairs of surrogates only"), 11)
}

fn unit(digits: &str) -> u32 {
    u32::from_str_radix(&digits[..4], 16).expect("the parser takes hexadecimal digits only")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unescape_reads_every_escape() {
        for raw in [r#"a\"b\\c\/d\b\f\n\r\t"#, r"\u00e9x", r"\ud83d\ude00!", "plain", ""] {
            let expected: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            assert_eq!(unescape(raw), expected);
        }
    }
}
