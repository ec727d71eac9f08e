use super::malformed::Malformed;
use super::origin::Origin;
use super::tree::{Kind, Node, NodeId, ROOT, Span, Tree};

/// Deeper than `serde_json` goes: it refuses the 128th level.
const MAX_DEPTH: usize = 127;

impl<'i> Tree<'i> {
    /// Reads JSON (RFC 8259).
    pub(crate) fn json(input: &'i [u8]) -> Result<Self, Malformed> {
        let text = Self::utf8(input)?;
        let mut parser = Parser::new(input, Keeps::Nodes);
        parser.document()?;
        Ok(Self { origin: Origin::Body, text, pairs: Vec::new(), nodes: parser.nodes })
    }

    /// Returns the input as text.
    pub(crate) fn utf8(input: &[u8]) -> Result<&str, Malformed> {
        std::str::from_utf8(input)
            .map_err(|error| Malformed::new("not UTF-8", input, error.valid_up_to()))
    }

    /// Checks that the input is JSON, in memory that does not grow with it.
    pub(crate) fn check(input: &[u8]) -> Result<(), Malformed> {
        Self::utf8(input)?;
        Parser::new(input, Keeps::Nothing).document().map(drop)
    }

    /// Reads where the elements of an array stand: the first `count` of them. `None` if the input is
    /// no array.
    pub(crate) fn elements(input: &[u8], count: usize) -> Result<Option<Vec<&str>>, Malformed> {
        let text = Self::utf8(input)?;
        let mut parser = Parser::new(input, Keeps::Elements(count));
        let kind = parser.document()?;
        let slice = |span: &Span| &text[span.start as usize..span.end as usize];
        Ok((kind == Kind::Array).then(|| parser.elements.iter().map(slice).collect()))
    }
}

pub(super) struct Parser<'i> {
    pub(super) text: &'i [u8],
    pub(super) at: usize,
    depth: usize,
    keeps: Keeps,
    nodes: Vec<Node>,
    elements: Vec<Span>,
}

/// What a parser remembers of what it has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Nodes,
    /// Where the first elements of the outermost array stand, at most so many.
    Elements(usize),
    Nothing,
}

impl<'i> Parser<'i> {
    const fn new(text: &'i [u8], keeps: Keeps) -> Self {
        Self { text, at: 0, depth: 0, keeps, nodes: Vec::new(), elements: Vec::new() }
    }

    /// Reads the whole text, and returns what kind of value it is.
    fn document(&mut self) -> Result<Kind, Malformed> {
        if self.text.starts_with("\u{feff}".as_bytes()) {
            return Err(self.malformed("a byte order mark may not stand here (RFC 8259 §8.1)"));
        }
        if u32::try_from(self.text.len()).is_err() {
            return Err(self.malformed("more than 4 GiB"));
        }
        self.value(ROOT, 0, Span::default())?;
        match self.peek() {
            None => Ok(self.nodes[0].kind),
            Some(_) => Err(self.malformed("expected the end")),
        }
    }

    fn value(&mut self, parent: NodeId, position: u32, key: Span) -> Result<NodeId, Malformed> {
        let first = self.peek();
        let id = NodeId(self.offset_of_next_node());
        let start = self.offset();
        self.nodes.push(Node {
            kind: Kind::Null,
            parent,
            position,
            next: None,
            last: id,
            key,
            text: Span { start, end: start },
        });
        let kind = match first {
            Some(b'{') => self.object(id)?,
            Some(b'[') => self.array(id)?,
            Some(b'"') => self.string().map(|_| Kind::String)?,
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| Kind::Number)?,
            Some(b't') => self.word("true").map(|()| Kind::True)?,
            Some(b'f') => self.word("false").map(|()| Kind::False)?,
            Some(b'n') => self.word("null").map(|()| Kind::Null)?,
            Some(_) => return Err(self.malformed("expected a value")),
            None => return Err(self.malformed("the text ends where a value is expected")),
        };
        let (end, last) = (self.offset(), NodeId(self.offset_of_next_node() - 1));
        let node = &mut self.nodes[id.0 as usize];
        (node.kind, node.text, node.last) = (kind, Span { start, end }, last);
        if self.keeps != Keeps::Nodes {
            self.forget_below(id);
        }
        Ok(id)
    }

    /// Forgets a value that was read, but not what the outermost is.
    fn forget_below(&mut self, id: NodeId) {
        let span = self.nodes[id.0 as usize].text;
        self.nodes.truncate((id.0 as usize).max(1));
        let is_element = self.depth == 1 && self.text[self.nodes[0].text.start as usize] == b'[';
        if let (Keeps::Elements(count), true) = (self.keeps, is_element) {
            if self.elements.len() < count {
                self.elements.push(span);
            }
        }
    }

    fn array(&mut self, id: NodeId) -> Result<Kind, Malformed> {
        self.enter()?;
        if self.peek() != Some(b']') {
            let mut previous = self.value(id, 0, Span::default())?;
            let mut position = 1;
            while self.is_another(b']', "expected `,` or `]`")? {
                let next = self.value(id, position, Span::default())?;
                self.link(previous, next);
                (previous, position) = (next, position + 1);
            }
        }
        self.leave();
        Ok(Kind::Array)
    }

    fn object(&mut self, id: NodeId) -> Result<Kind, Malformed> {
        self.enter()?;
        if self.peek() != Some(b'}') {
            let mut previous = self.member(id, 0)?;
            let mut position = 1;
            while self.is_another(b'}', "expected `,` or `}`")? {
                let next = self.member(id, position)?;
                self.link(previous, next);
                (previous, position) = (next, position + 1);
            }
        }
        self.leave();
        Ok(Kind::Object)
    }

    fn member(&mut self, id: NodeId, position: u32) -> Result<NodeId, Malformed> {
        if self.peek() != Some(b'"') {
            return Err(self.malformed("expected a name in quotes"));
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(self.malformed("expected `:`"));
        }
        self.at += 1;
        self.value(id, position, key)
    }

    /// Whether a comma follows, and not the end.
    fn is_another(&mut self, end: u8, expected: &'static str) -> Result<bool, Malformed> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if byte == end => Ok(false),
            _ => Err(self.malformed(expected)),
        }
    }

    fn enter(&mut self) -> Result<(), Malformed> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.malformed("more than 127 levels deep"));
        }
        self.at += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    fn link(&mut self, previous: NodeId, next: NodeId) {
        if self.keeps == Keeps::Nodes {
            self.nodes[previous.0 as usize].next = Some(next);
        }
    }

    fn word(&mut self, word: &'static str) -> Result<(), Malformed> {
        if !self.text[self.at..].starts_with(word.as_bytes()) {
            return Err(self.malformed("expected a value"));
        }
        self.at += word.len();
        Ok(())
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    #[expect(clippy::cast_possible_truncation, reason = "`document` checks the length")]
    pub(super) const fn offset(&self) -> u32 {
        self.at as u32
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are no more nodes than bytes")]
    fn offset_of_next_node(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(super) fn malformed(&self, what: &'static str) -> Malformed {
        Malformed::new(what, self.text, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(input: &str) -> String {
        Tree::json(input.as_bytes()).map_or_else(|error| error.to_string(), |_| "fine".into())
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let cases = [
            ("", "line 1 column 1: the text ends where a value is expected"),
            ("{\"a\":1,\n \"b\" 2}", "line 2 column 6: expected `:`"),
            ("[1 2]", "line 1 column 4: expected `,` or `]`"),
            ("[1,]", "line 1 column 4: expected a value"),
            ("{\"ä\":1,}", "line 1 column 8: expected a name in quotes"),
            ("[NaN]", "line 1 column 2: expected a value"),
            ("[nul]", "line 1 column 2: expected a value"),
            ("01", "line 1 column 2: expected the end"),
            ("1.", "line 1 column 3: expected a digit"),
            ("\"a\nb\"", "line 1 column 3: a control character must be escaped"),
            ("\"\\x\"", "line 1 column 3: unknown escape"),
            ("\"\\ud800\"", "line 1 column 8: half of a surrogate pair"),
            ("\"\\ud800\\u0041\"", "line 1 column 14: half of a surrogate pair"),
            ("\"\\u12", "line 1 column 3: expected four hexadecimal digits"),
            ("\"abc", "line 1 column 5: the text ends inside a string"),
            ("\u{feff}{}", "line 1 column 1: a byte order mark may not stand here (RFC 8259 §8.1)"),
        ];
        for (input, expected) in cases {
            assert_eq!(told(input), format!("Invalid JSON at {expected}."), "{input}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(told(&nested(127)), "fine");
        assert!(told(&nested(128)).ends_with("more than 127 levels deep."));
        assert!(told(&"[".repeat(100_000)).ends_with("more than 127 levels deep."));
    }

    #[test]
    fn nothing_but_json_is_taken() {
        let inputs = [
            "null",
            "true",
            "false",
            "-0",
            "1e40",
            "-1.5E+3",
            "123456789012345678901234567890",
            "\"\\u00e9\\ud83d\\ude00\"",
            "[[],{}]",
            " [1 ,\t2 ]\r\n",
            "{\"a\":{\"a\":1},\"a\":2}",
            "-",
            "+1",
            ".5",
            "1e",
            "tru",
            "nulll",
            "'a'",
            "{a:1}",
            "{\"a\"}",
            "[",
            "]",
            "{",
            "}",
            "\"\u{7f}\"",
            "\"\\u0000\"",
            "1 1",
            "[1,,2]",
            "/**/1",
            "\u{a0}1",
            "\"\\uDC00\"",
        ];
        for input in inputs {
            let is_json = serde_json::from_str::<serde_json::Value>(input).is_ok();
            assert_eq!(Tree::json(input.as_bytes()).is_ok(), is_json, "{input}");
        }
    }
}
