//! The start of a failed body, for operators.

use std::fmt::Write;

/// Enough of a body for an operator to recognize it.
const MAX_BYTES: usize = 200;

/// Replaces the user and the password of a URL.
const MASK: &str = "***";

/// Returns the first 200 bytes of a text on one line: control characters are escaped, and the
/// userinfo of URLs is masked (RFC 3986 §3.2.1). `is_whole` is `false` if more of the text may
/// follow.
pub(super) fn excerpt(text: &str, is_whole: bool) -> String {
    let masked = masked(text, is_whole);
    let mut end = masked.len().min(MAX_BYTES);
    while !masked.is_char_boundary(end) {
        end -= 1;
    }
    let mut line = String::with_capacity(end);
    for character in masked[..end].chars() {
        if breaks_a_line(character) {
            let _ = write!(line, "{}", character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// Whether it is a control character, or one that a terminal or an editor treats as a new line or
/// another direction.
fn breaks_a_line(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the text without the userinfo of its URLs. A password may contain a `/` or an `@` that
/// is not encoded, so everything up to the last `@` of a URL is removed.
fn masked(text: &str, is_whole: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, separator, after)) = split_at_authority(rest) {
        out.push_str(before);
        out.push_str(separator);
        let url = url_at_start(after);
        let is_cut = url.len() == after.len() && !is_whole;
        match url.rfind('@') {
            Some(at) => {
                out.push_str(MASK);
                rest = &after[at..];
            }
            // The `@` may be in the part that was not read.
            None if is_cut => {
                out.push_str(MASK);
                rest = "";
            }
            None => rest = after,
        }
    }
    out.push_str(rest);
    out
}

/// Returns the rest of a URL whose scheme was just read, up to a character that is not allowed in a
/// URL.
pub(crate) fn url_at_start(text: &str) -> &str {
    let end = text.find(|end: char| end.is_whitespace() || "\"'<>`".contains(end));
    &text[..end.unwrap_or(text.len())]
}

/// Returns the text before `://`, the separator itself, and what follows. JSON may escape the
/// slashes.
fn split_at_authority(text: &str) -> Option<(&str, &str, &str)> {
    let find = |separator: &'static str| text.find(separator).map(|at| (at, separator));
    let (at, separator) = find("://").into_iter().chain(find(r":\/\/")).min()?;
    let (before, rest) = text.split_at(at);
    Some((before, separator, &rest[separator.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_200_bytes() {
        assert_eq!(excerpt("no such table: orders", true), "no such table: orders");
        assert_eq!(excerpt("a\r\nb\u{1b}[31m\u{2028}", true), r"a\r\nb\u{1b}[31m\u{2028}");
        assert_eq!(excerpt(&"x".repeat(300), true), "x".repeat(200));
        assert_eq!(excerpt(&"ü".repeat(300), true), "ü".repeat(100));
        assert_eq!(excerpt(&format!("x{}", "ü".repeat(300)), true).len(), 199);
    }

    #[test]
    fn userinfo_of_urls_is_masked_before_the_text_is_cut() {
        let cases = [
            ("postgres://u:p@h:5432/db", "postgres://***@h:5432/db"),
            ("postgres://u:p@ss/w@h/db down", "postgres://***@h/db down"),
            (r#"{"url":"redis:\/\/:p@h"}"#, r#"{"url":"redis:\/\/***@h"}"#),
            ("a://b, c://d:e@f", "a://b, c://***@f"),
            ("https://example.com/a b@c", "https://example.com/a b@c"),
            ("see https://example.com/a", "see https://example.com/a"),
        ];
        for (text, expected) in cases {
            assert_eq!(excerpt(text, true), expected);
        }
        let long = format!("{}postgres://user:{}@host", "x".repeat(190), "p".repeat(100));
        assert_eq!(excerpt(&long, true), format!("{}postgres://***@host", "x".repeat(190))[..200]);
        assert_eq!(excerpt("redis://user:hunter", false), "redis://***");
        assert_eq!(excerpt("redis://host is down", false), "redis://host is down");
    }
}
