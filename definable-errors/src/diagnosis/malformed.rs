use std::fmt;

/// The input is no JSON. Says where, and never what stands there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    what: &'static str,
    line: usize,
    column: usize,
}

impl Malformed {
    /// What was expected at that byte.
    pub(super) fn new(what: &'static str, input: &[u8], at: usize) -> Self {
        let before = &input[..at.min(input.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let letters = before[line_start..].iter().filter(|byte| !is_continuation(**byte));
        Self {
            what,
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: letters.count() + 1,
        }
    }
}

/// A byte of UTF-8 that begins no character.
const fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, line, column } = self;
        write!(f, "Invalid JSON at line {line} column {column}: {what}.")
    }
}
