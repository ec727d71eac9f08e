//! A reader of JSON (RFC 8259).

use std::fmt;

use super::node::{Kind, Node, NodeId, ROOT, Span};

/// The maximum number of nested arrays and objects. `serde_json` rejects the 128th level, too.
const MAX_DEPTH: usize = 127;

/// Reads a text into nodes.
pub(super) fn nodes(input: &[u8]) -> Result<Vec<Node>, Malformed> {
    let mut parser = Parser::new(input, Keeps::Nodes);
    parser.document()?;
    Ok(parser.nodes)
}

/// Returns an error if the text is not JSON. The memory does not grow with the text.
pub(super) fn check(input: &[u8]) -> Result<(), Malformed> {
    Parser::new(input, Keeps::Nothing).document().map(drop)
}

/// Returns where the first `count` elements of an array are, or `None` if the text is not an array.
pub(super) fn elements(input: &[u8], count: usize) -> Result<Option<Vec<Span>>, Malformed> {
    let mut parser = Parser::new(input, Keeps::Elements(count));
    let kind = parser.document()?;
    Ok((kind == Kind::Array).then_some(parser.elements))
}

/// Returns the input as text.
pub(super) fn utf8(input: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(input)
        .map_err(|error| Malformed::new("not UTF-8", input, error.valid_up_to()))
}

struct Parser<'i> {
    text: &'i [u8],
    at: usize,
    depth: usize,
    keeps: Keeps,
    nodes: Vec<Node>,
    elements: Vec<Span>,
}

/// What a parser stores of what it has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Nodes,
    /// The places of the first elements of the outermost array, at most this number.
    Elements(usize),
    Nothing,
}

impl<'i> Parser<'i> {
    const fn new(text: &'i [u8], keeps: Keeps) -> Self {
        Self { text, at: 0, depth: 0, keeps, nodes: Vec::new(), elements: Vec::new() }
    }

    /// Reads the whole text and returns the kind of the value.
    fn document(&mut self) -> Result<Kind, Malformed> {
        if self.text.starts_with("\u{feff}".as_bytes()) {
            return Err(self.malformed("a byte order mark is not allowed here (RFC 8259 §8.1)"));
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

    /// Removes the node of a value that was read, unless it is the outermost.
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

    /// Returns whether a comma follows, and not the end.
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

    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Skips white space and returns the next byte.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    #[expect(clippy::cast_possible_truncation, reason = "`document` checks the length")]
    const fn offset(&self) -> u32 {
        self.at as u32
    }

    #[expect(clippy::cast_possible_truncation, reason = "there are no more nodes than bytes")]
    fn offset_of_next_node(&self) -> u32 {
        self.nodes.len() as u32
    }

    fn malformed(&self, what: &'static str) -> Malformed {
        Malformed::new(what, self.text, self.at)
    }

    /// Reads a number (RFC 8259 §6).
    fn number(&mut self) -> Result<(), Malformed> {
        self.skip_one(b"-");
        if !self.skip_one(b"0") {
            self.digits()?;
        }
        if self.skip_one(b".") {
            self.digits()?;
        }
        if self.skip_one(b"eE") {
            self.skip_one(b"+-");
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(self.malformed("expected a digit")) }
    }

    fn skip_one(&mut self, any_of: &[u8]) -> bool {
        let is_there = self.byte().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(is_there);
        is_there
    }

    /// Reads a string (RFC 8259 §7) and returns the span between the quotes.
    fn string(&mut self) -> Result<Span, Malformed> {
        self.at += 1;
        let start = self.offset();
        loop {
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => return Err(self.malformed("a control character must be escaped")),
                Some(_) => self.at += 1,
                None => return Err(self.malformed("the text ends inside a string")),
            }
        }
        let end = self.offset();
        self.at += 1;
        Ok(Span { start, end })
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => self.code_point(),
            _ => Err(self.malformed("unknown escape")),
        }
    }

    fn code_point(&mut self) -> Result<(), Malformed> {
        match self.unit()? {
            0xD800..=0xDBFF => {
                let is_pair = self.text[self.at..].starts_with(b"\\u");
                self.at += usize::from(is_pair);
                match is_pair.then(|| self.unit()).transpose()? {
                    Some(0xDC00..=0xDFFF) => Ok(()),
                    _ => Err(self.malformed("half of a surrogate pair")),
                }
            }
            0xDC00..=0xDFFF => Err(self.malformed("half of a surrogate pair")),
            _ => Ok(()),
        }
    }

    /// Reads `u` and four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Malformed> {
        let digits = self.text.get(self.at + 1..self.at + 5);
        let is_hex = |digits: &&[u8]| digits.iter().all(u8::is_ascii_hexdigit);
        let Some(digits) = digits.filter(is_hex) else {
            return Err(self.malformed("expected four hexadecimal digits"));
        };
        self.at += 5;
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
        Ok(digits.iter().fold(0, |unit, byte| unit << 4 | digit(*byte)))
    }
}

/// The error of an input that is not JSON. It contains the place, and nothing of the input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    what: &'static str,
    line: usize,
    column: usize,
}

impl Malformed {
    fn new(what: &'static str, input: &[u8], at: usize) -> Self {
        let before = &input[..at.min(input.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let letters = before[line_start..].iter().filter(|byte| !is_continuation(**byte));
        Self {
            what,
            line: before.split(|byte| *byte == b'\n').count(),
            column: letters.count() + 1,
        }
    }
}

/// Returns whether the byte of UTF-8 does not begin a character.
const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, line, column } = self;
        write!(f, "Invalid JSON at line {line} column {column}: {what}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(input: &str) -> String {
        nodes(input.as_bytes()).map_or_else(|error| error.to_string(), |_| "fine".into())
    }

    #[test]
    fn message_contains_the_place() {
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
            (
                "\u{feff}{}",
                "line 1 column 1: a byte order mark is not allowed here (RFC 8259 §8.1)",
            ),
        ];
        for (input, expected) in cases {
            assert_eq!(message(input), format!("Invalid JSON at {expected}."), "{input}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!(message(&nested(127)), "fine");
        assert!(message(&nested(128)).ends_with("more than 127 levels deep."));
        assert!(message(&"[".repeat(100_000)).ends_with("more than 127 levels deep."));
    }

    #[test]
    fn reader_accepts_what_serde_json_accepts() {
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
            assert_eq!(nodes(input.as_bytes()).is_ok(), is_json, "{input}");
        }
    }
}
