//! Texts of documentation: running text, in which `code` stands between backticks.

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Span<'a> {
    Plain(&'a str),
    Code(&'a str),
}

/// Splits a text at the backticks. One without a partner is plain text.
pub(super) fn spans(text: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((code, behind)) = after.split_once('`') else {
            break;
        };
        if !before.is_empty() {
            spans.push(Span::Plain(before));
        }
        if !code.is_empty() {
            spans.push(Span::Code(code));
        }
        rest = behind;
    }
    if !rest.is_empty() {
        spans.push(Span::Plain(rest));
    }
    spans
}

/// Splits a text at empty lines.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_what_two_backticks_enclose() {
        use Span::{Code, Plain};
        assert_eq!(spans("a `b` c"), [Plain("a "), Code("b"), Plain(" c")]);
        assert_eq!(spans("`b`"), [Code("b")]);
        assert_eq!(spans("a ` b"), [Plain("a ` b")]);
        assert_eq!(spans("a``b"), [Plain("a"), Plain("b")]);
        assert!(spans("").is_empty());
    }
}
