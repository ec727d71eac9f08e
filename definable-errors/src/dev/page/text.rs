//! The content of the page as plain text.

use std::fmt::Write;

use super::super::details::Details;
use super::super::runs::{Run, Summary, place, runs};

/// Writes the error, its causes and the traceback, innermost frame first, and the request.
pub(super) fn write(details: &Details) -> String {
    let mut out = format!("{}: {}\n", details.error_type(), details.message);
    for cause in &details.causes {
        let _ = writeln!(out, "  caused by: {}", cause.sentence().replace('\n', "\n    "));
    }
    for note in &details.notes {
        let _ = writeln!(out, "  note: {}", note.replace('\n', "\n    "));
    }
    for hint in &details.hints {
        let _ = writeln!(out, "  hint: {hint}");
    }
    if let Some(address) = &details.documentation {
        let _ = writeln!(out, "  documentation: {address}");
    }
    if let Some(place) = &details.location {
        let _ = writeln!(out, "  at {}:{}:{}", place.file, place.line, place.column);
    }
    if !details.frames.is_empty() {
        out.push_str("\nTraceback, innermost frame first:\n");
    }
    for run in runs(&details.frames) {
        write_run(run, &mut out);
    }
    if let Some(lines) = details.timeline.lines() {
        let _ = writeln!(out, "\nTimeline of the request:\n{lines}");
    }
    let request = &details.request;
    let _ = writeln!(out, "\n{} {}", request.method, request.target);
    for (name, value) in &request.headers {
        let _ = writeln!(out, "{name}: {}", value.replace('\n', " "));
    }
    if let Some(text) = request.body.as_ref().and_then(|body| body.text.as_deref()) {
        let _ = writeln!(out, "\n{text}");
    }
    out
}

fn write_run(run: Run<'_>, out: &mut String) {
    let _ = match run {
        Run::Remark(text) => writeln!(out, "  {text}"),
        Run::Others(frames) => writeln!(out, "  … {}", Summary(frames)),
        Run::Own(frame) => {
            writeln!(out, "  {} at {}", frame.name, place(frame).unwrap_or_default())
        }
    };
    let Run::Own(frame) = run else { return };
    for line in frame.snippet.iter().flat_map(|snippet| snippet.lines(2)) {
        let mark = if line.is_marked { '>' } else { ' ' };
        let text = format!("    {mark} {:>4} | {}", line.number, line.text);
        let _ = writeln!(out, "{}", text.trim_end());
    }
}
