//! `text/markdown`: front matter for a program, then what happened and what to do.

use std::fmt::Write;

use serde_json::Value;

use super::advice::{Category, advice};
use super::{Document, escape, human};
use crate::problem::Problem;

/// The members that stand in the front matter, in its order, with the category after the code.
const FRONT_MATTER: [&str; 9] = [
    "type",
    "title",
    "status",
    "code",
    "retryable",
    "retry_after",
    "request_id",
    "trace_id",
    "instance",
];

/// Writes YAML front matter, then the detail in a block quote, the violations and the other members
/// as lists, and what a client should do next.
pub(super) fn write(document: &Document<'_>) -> String {
    let problem = document.problem;
    let members = document.members();
    let mut out = front_matter(problem, &members);
    let _ = write!(
        out,
        "\n# {} {}\n\n## What happened\n\n> {}\n",
        problem.status(),
        escape::markdown(problem.title()),
        escape::markdown(problem.detail())
    );
    violations(problem, &mut out);
    list(&members, &mut out);
    out.push_str("\n## What to do\n\n");
    for sentence in advice(problem, document.ids.is_some()) {
        let _ = writeln!(out, "- {sentence}");
    }
    out
}

/// Writes every scalar in double quotes, so that no value can be read as another type, another key
/// or the end of the front matter.
fn front_matter(problem: &Problem, members: &[(String, Value)]) -> String {
    let value =
        |name: &str| members.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let mut out = String::from("---\n");
    for name in FRONT_MATTER {
        let text = match (name, value(name)) {
            ("retryable", _) => problem.is_retryable().to_string(),
            (_, Some(value)) => human::value(value),
            (_, None) => continue,
        };
        let _ = writeln!(out, "{name}: {}", escape::yaml(&text));
        if name == "code" {
            let _ = writeln!(out, "category: {}", escape::yaml(Category::of(problem).name()));
        }
    }
    out.push_str("---\n");
    out
}

fn violations(problem: &Problem, out: &mut String) {
    if problem.violations().is_empty() {
        return;
    }
    out.push('\n');
    for violation in problem.violations() {
        let place = code(&human::place(violation));
        let detail = escape::markdown(violation.detail());
        let _ = writeln!(out, "- {place}: {detail} ({})", code(violation.code()));
    }
    if problem.is_truncated() {
        out.push_str("- There are more violations than these.\n");
    }
}

/// Writes the members that stand nowhere else.
fn list(members: &[(String, Value)], out: &mut String) {
    let is_elsewhere = |name: &str| {
        FRONT_MATTER.contains(&name) || matches!(name, "detail" | "errors" | "truncated")
    };
    for (at, (name, value)) in members.iter().filter(|(name, _)| !is_elsewhere(name)).enumerate() {
        // A name has no markup, except for underscores inside of a word.
        let value = code(&human::value(value));
        let _ = writeln!(out, "{}- {name}: {value}", if at == 0 { "\n" } else { "" });
    }
}

/// Formats a value as code, so that a program that reads the source finds it unchanged.
fn code(text: &str) -> String {
    if text.is_empty() || text.contains('`') || text.chars().any(escape::is_line_end) {
        match escape::markdown(text) {
            escaped if escaped.is_empty() => String::from("\"\""),
            escaped => escaped,
        }
    } else {
        format!("`{text}`")
    }
}
