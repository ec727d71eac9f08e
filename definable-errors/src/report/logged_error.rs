//! The source of an error in a form that may be logged.

use std::error::Error;
use std::fmt;

use crate::error::{ApiError, one_line};

/// The source of an error and the causes below it, as texts of one line each.
///
/// Formatters of logs print the texts of an error and of its sources as they are, so a line end in one
/// of them would begin a line of its own. The texts are copies, because `tracing` requires a
/// `dyn Error` that borrows nothing.
#[derive(Debug)]
pub(super) struct LoggedError {
    text: String,
    source: Option<Box<Self>>,
}

impl LoggedError {
    /// Copies the causes of an error, at most 32, or returns `None` if there are none.
    ///
    /// The text of the outermost one is that of the whole chain, without the causes that the one
    /// before already contains: many formatters print nothing else.
    pub(super) fn of(error: &ApiError) -> Option<Self> {
        let mut causes = error.chain().map(|cause| one_line(cause.to_string()));
        let mut text = causes.next()?;
        let below: Vec<String> = causes.collect();
        let mut last = 0;
        for cause in &below {
            if !text[last..].contains(&**cause) {
                text.push_str(": ");
                last = text.len();
                text.push_str(cause);
            }
        }
        let source = below
            .into_iter()
            .rev()
            .fold(None, |source, text| Some(Box::new(Self { text, source })));
        Some(Self { text, source })
    }
}

impl fmt::Display for LoggedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for LoggedError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Link(String, Option<Box<Link>>);

    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|link| link as _)
        }
    }

    /// Returns an error with these causes, outermost first.
    fn error(causes: &[&str]) -> ApiError {
        let link = |inner, text: &&str| Some(Box::new(Link((*text).to_owned(), inner)));
        let source = causes.iter().rev().fold(None, link);
        ApiError::internal_error().with_source(*source.unwrap())
    }

    fn texts(error: &LoggedError) -> Vec<String> {
        let first: &(dyn Error + 'static) = error;
        let links = std::iter::successors(Some(first), |link| (*link).source());
        links.map(ToString::to_string).collect()
    }

    #[test]
    fn outermost_text_is_the_chain_and_every_cause_is_a_source() {
        let logged = LoggedError::of(&error(&["saving failed", "query: no table", "no table"]));
        let texts = texts(&logged.unwrap());
        assert_eq!(texts, ["saving failed: query: no table", "query: no table", "no table"]);
        assert_eq!(texts[0], error(&["saving failed", "query: no table"]).chain().to_string());
    }

    #[test]
    fn no_text_contains_a_line_end_or_an_escape_sequence() {
        let hostile = ["a\nERROR b", "c\r\u{1b}[31m", "d\u{85}\u{2028}\u{2029}e\u{7f}"];
        for text in texts(&LoggedError::of(&error(&hostile)).unwrap()) {
            let is_harmless = |it: char| !it.is_control() && !"\u{2028}\u{2029}".contains(it);
            assert!(text.chars().all(is_harmless), "{text:?}");
        }
    }

    #[test]
    fn chain_ends_after_32_links() {
        let texts = texts(&LoggedError::of(&error(&["a"; 100])).unwrap());
        assert_eq!(texts.len(), 32);
    }

    #[test]
    fn error_without_a_source_has_none() {
        assert!(LoggedError::of(&ApiError::conflict("taken")).is_none());
    }
}
