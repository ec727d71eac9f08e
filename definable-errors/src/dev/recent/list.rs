//! The list of recent errors as HTML, Markdown and JSON.

use std::fmt::Write;
use std::time::SystemTime;

use maud::{DOCTYPE, Markup, html};
use serde_json::{Value, json};

use super::super::page::Page;
use super::ring::{Group, MAX_ERRORS, PATH, Recent};
use crate::render::escape;

/// Writes the list as a page that works without scripts.
pub(super) fn html(groups: &[Group], nonce: &str) -> String {
    let count: usize = groups.iter().map(Vec::len).sum();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { (Page::head("Recent errors", nonce)) }
            body {
                header.top {
                    span.brand { span.dot aria-hidden="true" {} "Development" }
                    @if count > 0 {
                        form.clear method="post" action={ (PATH) "/clear?nonce=" (nonce) } {
                            button type="submit" { "Clear" }
                        }
                    }
                }
                main.narrow {
                    h1 { "Recent errors" }
                    p.soft {
                        @if count == 0 { "There was no error since the start, or since the list was cleared." }
                        @else { (count) " of at most " (MAX_ERRORS) ", the newest first, grouped by code and place." }
                    }
                    @for group in groups {
                        section.card.group {
                            (heading(group))
                            ol {
                                @for error in group {
                                    li.recent {
                                        a href={ (PATH) "/" (error.details.instance) } {
                                            code { (error.details.request.method) " " (error.details.request.path()) }
                                        }
                                        span.soft { (ago(error.at)) }
                                        code.soft { (error.details.request_id) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn heading(group: &Group) -> Markup {
    let newest = &group[0].details;
    let (code, place) = group[0].fingerprint();
    let class = if newest.status >= 500 { "status s5" } else { "status" };
    html! {
        h2.kind {
            span class=(class) { (newest.status) }
            code.code { (code) }
            code.soft { (place) }
            @if group.len() > 1 { span.soft { "× " (group.len()) } }
        }
        p { (newest.message.lines().next().unwrap_or_default()) }
    }
}

/// Returns how long ago something was, such as `3 min ago`.
fn ago(at: SystemTime) -> String {
    match at.elapsed().map_or(0, |elapsed| elapsed.as_secs()) {
        seconds @ 0..60 => format!("{seconds} s ago"),
        seconds @ 60..3600 => format!("{} min ago", seconds / 60),
        seconds => format!("{} h ago", seconds / 3600),
    }
}

/// Writes the list as Markdown.
pub(super) fn markdown(groups: &[Group]) -> String {
    let mut out = String::from("# Recent errors\n");
    if groups.is_empty() {
        out.push_str("\nThere is none.\n");
    }
    for group in groups {
        let newest = &group[0].details;
        let (code, place) = group[0].fingerprint();
        let message = escape::markdown(newest.message.lines().next().unwrap_or_default());
        let place = escape::markdown(&place);
        let _ = writeln!(
            out,
            "\n## {} {code}: {message}\n\nAt {place}, {} times:\n",
            newest.status,
            group.len()
        );
        for error in group {
            let request = &error.details.request;
            let target = escape::markdown(&format!("{} {}", request.method, request.path()));
            let _ =
                writeln!(out, "- {target}, {}: {PATH}/{}", ago(error.at), error.details.instance);
        }
    }
    out
}

/// Writes the list as JSON.
pub(super) fn json(groups: &[Group]) -> String {
    let groups: Vec<Value> = groups
        .iter()
        .map(|group| {
            let (code, place) = group[0].fingerprint();
            let errors: Vec<Value> = group.iter().map(|error| summary(error)).collect();
            json!({
                "status": group[0].details.status,
                "code": code,
                "place": place,
                "error_message": group[0].details.message,
                "errors": errors,
            })
        })
        .collect();
    json!({ "groups": groups }).to_string()
}

fn summary(error: &Recent) -> Value {
    let details = &error.details;
    json!({
        "instance": format!("urn:uuid:{}", details.instance),
        "request_id": details.request_id,
        "method": details.request.method,
        "target": details.request.target,
        "unix_time": error.at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |at| at.as_secs()),
        "href": format!("{PATH}/{}", details.instance),
    })
}

/// Writes one error as JSON.
pub(super) fn one(error: &Recent) -> String {
    let details = &error.details;
    let mut value = summary(error);
    let frames: Vec<Value> = details.frames.iter().map(Value::from).collect();
    let causes: Vec<&str> = details.causes.iter().map(|cause| &*cause.text).collect();
    let timeline: Vec<Value> = details.timeline.entries.iter().map(Value::from).collect();
    let more = json!({
        "status": details.status,
        "code": details.code,
        "error_type": details.error_type(),
        "error_message": details.message,
        "causes": causes,
        "notes": details.notes,
        "hints": details.hints,
        "documentation": details.documentation,
        "traceback": frames,
        "timeline": timeline,
        "problem": serde_json::from_str::<Value>(&details.production).unwrap_or_default(),
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value.to_string()
}
