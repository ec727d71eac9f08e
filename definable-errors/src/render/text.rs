use std::fmt::Write;

use super::{Document, escape};

/// `404 Order not found`, the detail, then the other members, a line each.
pub(super) fn write(document: &Document<'_>) -> String {
    let problem = document.problem;
    let mut out =
        format!("{} {}\n{}\n\n", problem.status(), problem.title(), escape::text(problem.detail()));
    for (name, value) in document.members() {
        if matches!(&*name, "title" | "status" | "detail") {
            continue;
        }
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = writeln!(out, "{name}: {}", escape::text(&value).replace('\n', " "));
    }
    out
}
