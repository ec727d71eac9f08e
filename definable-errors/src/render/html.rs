//! `text/html`: a small page for people.

use std::fmt::Write;

use serde_json::Value;

use super::{Document, escape, human};
use crate::problem::{LanguageTag, Violation};

/// Writes a small page without scripts or external resources.
pub(super) fn write(document: &Document<'_>) -> String {
    let problem = document.problem;
    let title = escape::html(problem.title());
    // The texts of a translator may be written from right to left.
    let direction = if problem.language().is_some() { " dir=\"auto\"" } else { "" };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{status} {title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main{direction}>\n<h1><small>{status}</small> {title}</h1>\n",
        status = problem.status(),
        language = problem.language().map_or("en", LanguageTag::as_str),
    );
    if problem.detail() != problem.title() {
        let _ = writeln!(out, "<p>{}</p>", escape::html(problem.detail()));
    }
    out.push_str("<dl>\n");
    for (name, value) in document.members() {
        let shown = match &*name {
            "title" | "status" | "detail" => continue,
            "errors" => list(problem.violations()),
            _ => shown(&value),
        };
        let _ = writeln!(out, "<dt>{}</dt><dd>{shown}</dd>", escape::html(&name));
    }
    out.push_str("</dl>\n</main>\n</body>\n</html>\n");
    out
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0;\
    display:grid;min-height:100vh;place-items:center}main{max-width:40rem;padding:2rem}\
    h1{font-size:1.5rem;margin:0 0 .5rem}small{opacity:.6;font-weight:400}dl{display:grid;\
    grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;font-size:.875rem}\
    dt{opacity:.6}dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,monospace}\
    pre{margin:0;white-space:pre-wrap}ul{margin:0;padding-left:1rem}";

fn shown(value: &Value) -> String {
    if human::is_simple(value) {
        escape::html(&human::value(value))
    } else {
        format!("<pre>{}</pre>", escape::html(&format!("{value:#}")))
    }
}

fn list(violations: &[Violation]) -> String {
    let mut out = String::from("<ul>");
    for violation in violations {
        let _ = write!(out, "<li>{}</li>", escape::html(&human::violation(violation)));
    }
    out.push_str("</ul>");
    out
}
