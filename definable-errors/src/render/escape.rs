//! Escaping, with one function per context: a text that is harmless in one is markup in another.

use std::fmt::Write;

use serde_json::Value;

/// Escapes a text for element content and quoted attributes of HTML.
pub(crate) fn html(text: &str) -> String {
    mapped(text, |character, out| match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '\t' | '\n' | '\r' => out.push(character),
        other if other.is_control() => out.push('\u{fffd}'),
        other => out.push(other),
    })
}

/// Escapes a text for XML 1.0, which cannot contain most control characters at all.
pub(super) fn xml(text: &str) -> String {
    let is_legal = |character| match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    };
    html(&mapped(text, |character, out| {
        out.push(if is_legal(character) { character } else { '\u{fffd}' });
    }))
}

/// Escapes a text for running text of Markdown: no markup, no HTML, one line, and no link, not even of
/// a bare address, which GitHub's dialect would link.
pub(crate) fn markdown(text: &str) -> String {
    // Spaces at the start would be code. A control character becomes one.
    let is_space = |character: char| character.is_whitespace() || character.is_control();
    mapped(text.trim_matches(is_space), |character, out| match character {
        // This would start a list or an underline.
        '-' | '+' | '=' if out.is_empty() => {
            let _ = write!(out, "\\{character}");
        }
        // This would start a numbered list.
        '.' | ')' if out.bytes().all(|byte| byte.is_ascii_digit()) => {
            let _ = write!(out, "\\{character}");
        }
        '<' => out.push_str("&lt;"),
        '&' => out.push_str("&amp;"),
        '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '>' | '!' => {
            let _ = write!(out, "\\{character}");
        }
        // These would make an address of `http://…`, `//…`, `www.…` and `…@…`. GitHub's dialect links
        // an `@` although it is escaped, but not as code.
        '/' if out.ends_with([':', '/']) => out.push_str("\\/"),
        '.' if ends_with_www(out) => out.push_str("\\."),
        '@' => match out.strip_suffix("@`").map(str::len) {
            // Two spans side by side would be read as one with backticks in it.
            Some(before) => out.replace_range(before.., "@@`"),
            None => out.push_str("`@`"),
        },
        other if is_line_end(other) => out.push(' '),
        other => out.push(other),
    })
}

fn ends_with_www(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 3 && bytes[bytes.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// Escapes a text as a scalar of YAML in double quotes. It is JSON, in which also those characters are
/// escaped that YAML does not allow or reads as line ends (YAML 1.2.2 §5.1 and §5.4), and those that
/// are markup for a program that does not know front matter and reads it as Markdown.
pub(super) fn yaml(text: &str) -> String {
    let json = Value::from(text).to_string();
    mapped(&json, |character, out| match character {
        '\u{7f}'..='\u{9f}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{feff}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '<'
        | '>'
        | '&'
        | '['
        | ']'
        | '`'
        | '*'
        | '~' => {
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        }
        other => out.push(other),
    })
}

/// Whether a character is a control character, or one of Unicode's line ends, which some programs
/// split lines at.
pub(super) fn is_line_end(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Escapes a text for a terminal: no control character but the line feed.
pub(super) fn text(text: &str) -> String {
    mapped(text, |character, out| match character {
        '\n' => out.push('\n'),
        other if other.is_control() => out.push(' '),
        other => out.push(other),
    })
}

fn mapped(text: &str, write: impl Fn(char, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    text.chars().for_each(|character| write(character, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_stays_text() {
        assert_eq!(html("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(xml("a\u{0}b\u{1b}\n"), "a\u{fffd}b\u{fffd}\n");
        assert_eq!(markdown("a\n# *b* <script>"), r"a \# \*b\* &lt;script\>");
        assert_eq!(html("a\u{0}\n"), "a\u{fffd}\n");
        assert_eq!(markdown("- a - b"), r"\- a - b");
        assert_eq!(markdown("12. a. b"), r"12\. a. b");
        assert_eq!(text("a\r\u{1b}[31mb\n"), "a  [31mb\n");
        assert_eq!(markdown("http://a www.b a@b"), r"http:\/\/a www\.b a`@`b");
        assert_eq!(markdown("@@@ @"), "`@@@` `@`");
        assert_eq!(markdown("\n\u{0}    a\u{2028}b "), "a b");
        assert_eq!(yaml("<b>*`[~]&"), r#""\u003cb\u003e\u002a\u0060\u005b\u007e\u005d\u0026""#);
        assert_eq!(yaml("a\"\\\n\u{85}\u{2028}"), r#""a\"\\\n\u0085\u2028""#);
    }
}
