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
            let _ = writeln!(out, "- {}: {}", escape::markdown(&name), inline(&value));
        }
    }
    out
}

/// Text as text, anything else as JSON.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => escape::markdown(text),
        other => escape::markdown(&other.to_string()),
    }
}
