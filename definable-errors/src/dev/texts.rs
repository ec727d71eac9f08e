//! Texts as a developer sees them: without secrets, and with visible control characters.

use std::fmt::Write;

use super::redact;

/// Returns the first `max` characters of a text.
pub(super) fn beginning(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Redacts a text and makes its control characters visible.
pub(super) fn shown(text: &str) -> String {
    visible(&redact::text(text))
}

/// Makes control characters visible, so that a terminal does not obey them, and those that change
/// the direction of a text, so that a line reads as it is written.
pub(super) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => out.push(letter),
            '\r' => {}
            '\u{0}'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(out, "\\x{:02x}", u32::from(letter));
            }
            '\u{80}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_visible() {
        assert_eq!(
            visible("a\u{1b}[31mb\r\n\tc\u{202e}\u{9b}"),
            "a\\x1b[31mb\n\tc\\u{202e}\\u{9b}"
        );
        assert_eq!(visible("Überprüfung ✓ 日本語"), "Überprüfung ✓ 日本語");
    }
}
