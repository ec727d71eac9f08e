//! Colours for a line of Rust: comments, texts, numbers, keywords, types, macros and calls.

use maud::{Markup, html};

const KEYWORDS: &str = " as async await break const continue crate dyn else enum extern false fn for if impl in \
    let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while ";

/// Marks the words of a line. A text or a comment of several lines is not recognized.
pub(super) fn rust(line: &str) -> Markup {
    let mut rest = line;
    let mut tokens = Vec::new();
    while !rest.is_empty() {
        let (class, length) = token(rest);
        let (text, after) = rest.split_at(length);
        tokens.push((class, text));
        rest = after;
    }
    html! {
        @for (class, text) in tokens {
            @match class {
                Some(class) => span class=(class) { (text) },
                None => (text),
            }
        }
    }
}

/// Returns the class and the length in bytes of the token at the start of a text.
fn token(text: &str) -> (Option<&'static str>, usize) {
    let first = text.chars().next().unwrap_or(' ');
    if text.starts_with("//") {
        return (Some("c"), text.len());
    }
    if first == '"' {
        return (Some("s"), end_of_text(text));
    }
    if first.is_ascii_digit() {
        return (Some("n"), end(text, |it| it.is_ascii_alphanumeric() || it == '_' || it == '.'));
    }
    if !is_word(first) {
        let length = end(text, |it| !is_word(it) && it != '"' && it != '/');
        return (None, length.max(first.len_utf8()));
    }
    let length = end(text, is_word);
    let (word, after) = text.split_at(length);
    let class = if KEYWORDS.contains(&format!(" {word} ")) {
        Some("k")
    } else if after.starts_with('!') && !after.starts_with("!=") {
        Some("m")
    } else if first.is_uppercase() {
        Some("t")
    } else if after.starts_with('(') {
        Some("f")
    } else {
        None
    };
    (class, length)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn end(text: &str, is_inside: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !is_inside(letter)).unwrap_or(text.len())
}

fn end_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_colours_and_stay_text() {
        let html = rust("let x: Row = go(\"a\\\"</pre>\", 1); // <b>").into_string();
        for part in [
            "<span class=\"k\">let</span>",
            "<span class=\"t\">Row</span>",
            "<span class=\"f\">go</span>",
            "<span class=\"s\">&quot;a\\&quot;&lt;/pre&gt;&quot;</span>",
            "<span class=\"n\">1</span>",
            "<span class=\"c\">// &lt;b&gt;</span>",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        for line in ["\"", "'/", "/", "ü\"\\", "\u{0}", "a!=b"] {
            assert!(!rust(line).into_string().is_empty(), "{line}");
        }
    }
}
