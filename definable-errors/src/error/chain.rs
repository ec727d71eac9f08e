//! The causes of an error, in one line each.

use std::error::Error;
use std::fmt;
use std::fmt::Write;

/// An error of any type, as tower's middleware returns it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The causes of an error, outermost first, at most 32.
///
/// Its `Display` is one line, joined by `": "`. Many errors print their cause themselves; a cause
/// whose text is contained in the one before is not printed again.
///
/// ```
/// use definable_errors::{ApiError, ResultExt};
///
/// let error = "x".parse::<u8>().or_internal().unwrap_err();
/// assert_eq!(error.chain().to_string(), "invalid digit found in string");
/// ```
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    next: Option<&'a (dyn Error + 'static)>,
    left: usize,
}

impl<'a> Chain<'a> {
    const MAX: usize = 32;

    pub(crate) fn new(first: Option<&'a (dyn Error + 'static)>) -> Self {
        Self { next: first, left: Self::MAX }
    }

    /// Returns the texts of the causes, without those that the one before already contains.
    pub fn messages(self) -> Vec<String> {
        let mut messages: Vec<String> = Vec::new();
        for cause in self {
            let message = cause.to_string();
            let is_repeated = messages.last().is_some_and(|last| last.contains(&message));
            if !is_repeated {
                messages.push(message);
            }
        }
        messages
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = &'a (dyn Error + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let cause = self.next?;
        self.next = cause.source();
        Some(cause)
    }
}

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, message) in self.clone().messages().iter().enumerate() {
            if index > 0 {
                f.write_str(": ")?;
            }
            write!(f, "{}", OneLine(message))?;
        }
        Ok(())
    }
}

/// Formats a text on one line. It may contain what a client sent, and neither a control character nor
/// a line separator may forge a log line.
pub(super) struct OneLine<'a>(pub(super) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_plain(self.0) {
            return f.write_str(self.0);
        }
        for character in self.0.chars() {
            if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
                write!(f, "{}", character.escape_default())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Escapes a text like [`OneLine`].
#[cfg(feature = "tracing")]
pub(crate) fn one_line(text: String) -> String {
    if is_plain(&text) { text } else { OneLine(&text).to_string() }
}

/// Whether nothing needs to be escaped in a text, as in most. Other texts are examined by character.
fn is_plain(text: &str) -> bool {
    // Without an early return many bytes are compared at once.
    text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Link(&'static str, Option<Box<Link>>);

    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|link| link as _)
        }
    }

    fn link(text: &'static str, source: Link) -> Link {
        Link(text, Some(Box::new(source)))
    }

    #[test]
    fn a_cause_that_was_printed_is_not_printed_again() {
        let error = link("saving failed", link("query: no table", Link("no table", None)));
        assert_eq!(Chain::new(Some(&error)).to_string(), "saving failed: query: no table");
    }

    #[test]
    fn a_chain_ends() {
        let error = (0..100).fold(Link("a", None), |inner, _| link("b", inner));
        assert_eq!(Chain::new(Some(&error)).count(), Chain::MAX);
    }

    #[test]
    fn a_chain_is_one_line() {
        let error = Link("name is \"a\r\nERROR forged\u{1b}[31m\"", None);
        let line = Chain::new(Some(&error)).to_string();
        assert_eq!(line, r#"name is "a\r\nERROR forged\u{1b}[31m""#);
    }
}
