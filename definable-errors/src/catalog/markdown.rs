//! The catalog as Markdown.

use std::fmt::Write;

use super::entry::{CatalogEntry, Listing};
use super::example::Example;
use super::text::{Span, paragraphs, spans};
use super::type_name;
use crate::render::escape;

/// Writes all problem types, each as a line of a list.
pub(super) fn list(listing: &Listing) -> String {
    let mut out = String::from("# Problem types\n\n");
    for entry in &listing.entries {
        let title = escape::markdown(entry.problem_type().title());
        let link = format!("{}/{}", listing.path, entry.code());
        let _ = writeln!(out, "- {} [`{}`]({link}): {title}", entry.status(), entry.code());
    }
    out
}

/// Writes the documentation of one problem type.
pub(super) fn page(entry: &CatalogEntry) -> String {
    let problem_type = entry.problem_type();
    let statuses: Vec<_> = entry.statuses().iter().map(ToString::to_string).collect();
    let mut out = format!("# {}\n\n", escape::markdown(problem_type.title()));
    let _ = writeln!(out, "- Code: `{}`", entry.code());
    let _ = writeln!(out, "- Status: {}", statuses.join(", "));
    let _ = writeln!(out, "- Type: `{}`", entry.type_uri());
    for paragraph in paragraphs(&entry.documentation()) {
        let _ = writeln!(out, "\n{}", text(paragraph));
    }
    let _ = writeln!(out, "\n## What to do\n\n{}", text(&entry.what_to_do()));
    let _ = writeln!(out, "\n## Retry\n\n{}", text(&entry.when_to_retry()));
    if !entry.members().is_empty() {
        out.push_str("\n## Members\n\n");
        for member in entry.members() {
            let kind = escape::markdown(&type_name::name(&member.json_type()));
            let _ = writeln!(out, "- `{}`: {kind}", member.name());
        }
    }
    if !entry.headers().is_empty() {
        out.push_str("\n## Headers\n\n");
        for (name, meaning) in entry.headers() {
            let _ = writeln!(out, "- `{name}`: {}", text(meaning));
        }
    }
    if !entry.routes().is_empty() {
        out.push_str("\n## Routes\n\n");
        for route in entry.routes() {
            let _ = writeln!(out, "- {}", escape::markdown(route));
        }
    }
    let _ = writeln!(out, "\n## Example\n\n{}", block(&Example::of(entry).to_string()));
    out
}

/// Writes running text on one line.
fn text(text: &str) -> String {
    let parts = spans(text).into_iter().map(|span| match span {
        Span::Plain(plain) => escaped(plain),
        Span::Code(code) if code.chars().any(char::is_control) => escaped(code),
        Span::Code(code) => format!("`{code}`"),
    });
    parts.collect()
}

/// Escapes a part of a line, with the spaces around it.
fn escaped(text: &str) -> String {
    let space = |is_there: bool| if is_there { " " } else { "" };
    let escaped = escape::markdown(text);
    if escaped.is_empty() {
        return space(!text.is_empty()).to_owned();
    }
    let (before, after) = (text.starts_with([' ', '\n']), text.ends_with([' ', '\n']));
    [space(before), &escaped, space(after)].concat()
}

/// Writes a block of code. Indented, no text in it can end it.
fn block(code: &str) -> String {
    let lines: Vec<_> = code
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("    {line}") })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_has_no_markup_but_code() {
        assert_eq!(text("Use `a*b`, *not*\n<b>"), r"Use `a*b`, \*not\* &lt;b\>");
        assert_eq!(text("a `b\nc` d"), "a b c d");
    }

    #[test]
    fn block_is_indented() {
        assert_eq!(block("a\n\n```\n# b"), "    a\n\n    ```\n    # b");
    }
}
