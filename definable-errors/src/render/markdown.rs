use std::fmt::Write;

use serde_json::Value;

use super::{Document, escape};

/// A heading, the detail, then a list of the other members.
pub(super) fn write(document: &Document<'_>) -> String {
    let problem = document.problem;
    let (title, detail) = (escape::markdown(problem.title()), escape::markdown(problem.detail()));
    let mut out = format!("# {} {title}\n\n{detail}\n\n", problem.status());
    for (name, value) in document.members() {
        if !matches!(&*name, "title" | "status" | "detail") {
            let _ = writeln!(out, "- {name}: {}", inline(&value));
        }
    }
    out
}

/// As code, so that a program that reads the source finds the value as it is.
fn inline(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.contains('`') || text.chars().any(char::is_control) {
        true => escape::markdown(&text),
        false => format!("`{text}`"),
    }
}
