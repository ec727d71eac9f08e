//! `text/markdown`: a heading, the detail, a list.

use std::fmt::Write;

use super::{Document, escape, human};

/// Writes a heading, the detail, then a list of the other members.
pub(super) fn write(document: &Document<'_>) -> String {
    let problem = document.problem;
    let (title, detail) = (escape::markdown(problem.title()), escape::markdown(problem.detail()));
    let mut out = format!("# {} {title}\n\n{detail}\n\n", problem.status());
    for (name, value) in document.members() {
        match &*name {
            "title" | "status" | "detail" => {}
            "errors" => {
                out.push_str("- errors:\n");
                for violation in problem.violations() {
                    let place = code(&human::place(violation));
                    let detail = escape::markdown(violation.detail());
                    let _ = writeln!(out, "  - {place}: {detail} ({})", code(violation.code()));
                }
            }
            _ => {
                let _ = writeln!(out, "- {name}: {}", code(&human::value(&value)));
            }
        }
    }
    out
}

/// Formats a value as code, so that a program that reads the source finds it unchanged.
fn code(text: &str) -> String {
    match text.contains('`') || text.chars().any(char::is_control) {
        true => escape::markdown(text),
        false => format!("`{text}`"),
    }
}
