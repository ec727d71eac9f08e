//! Escaping, with one function per context: a text that is harmless in one is markup in another.

use std::fmt::Write;

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

/// Escapes a text for running text of Markdown: no markup, no HTML, one line.
pub(crate) fn markdown(text: &str) -> String {
    mapped(text.trim_start(), |character, out| match character {
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
        other if other.is_control() => out.push(' '),
        other => out.push(other),
    })
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
    }
}
