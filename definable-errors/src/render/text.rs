//! `text/plain`: output for a terminal.

use std::fmt::Write;

use super::{Document, escape, human};

/// Writes `404 Order not found`, the detail, then the other members, one per line.
pub(super) fn write(document: &Document<'_>) -> String {
    let problem = document.problem;
    let mut out = format!(
        "{} {}\n{}\n\n",
        problem.status(),
        escape::text(problem.title()),
        escape::text(problem.detail())
    );
    for (name, value) in document.members() {
        if matches!(&*name, "title" | "status" | "detail") {
            continue;
        }
        if name == "errors" {
            out.push_str("errors:\n");
            for violation in problem.violations() {
                let line = human::violation(violation);
                let _ = writeln!(out, "- {}", escape::text(&line).replace('\n', " "));
            }
            continue;
        }
        let value = human::value(&value);
        let _ = writeln!(out, "{name}: {}", escape::text(&value).replace('\n', " "));
    }
    out
}
